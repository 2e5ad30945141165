import type { Producer, Router, RtpCapabilities } from "mediasoup/types";
import { type PictureCodec, pictureCodecOf, pictureCodecs } from "@/protocol/picture-mode";
import type { SignallingNotification } from "@/protocol/signalling";

/** What one browser can receive, by its own word. mediasoup transcodes nothing: what it lacks does not come to it. */
export class Receivable {
  readonly #router: Router;
  readonly #notify: (notification: SignallingNotification) => void;
  #capabilities: RtpCapabilities | undefined;
  /** The picture that it was told it cannot show. */
  #unshowableId: string | undefined;

  constructor(router: Router, notify: (notification: SignallingNotification) => void) {
    this.#router = router;
    this.#notify = notify;
  }

  /** Undefined as long as it has not told. */
  get capabilities(): RtpCapabilities | undefined {
    return this.#capabilities;
  }

  set capabilities(capabilities: RtpCapabilities | undefined) {
    this.#capabilities = capabilities;
    this.#unshowableId = undefined;
  }

  /** With which codecs it can show the picture; undefined as long as it has not told. */
  get decodes(): PictureCodec[] | undefined {
    const known = this.#capabilities?.codecs?.map(pictureCodecOf);
    return known && pictureCodecs.filter((codec) => known.includes(codec));
  }

  /** Whether it can show that picture. If not, it is told so, once. */
  canShow({ id, rtpParameters: { codecs } }: Producer): boolean {
    const rtpCapabilities = this.#capabilities;
    if (!rtpCapabilities) return false;
    if (this.#router.canConsume({ producerId: id, rtpCapabilities })) return true;
    const codec = codecs[0] && pictureCodecOf(codecs[0]);
    if (codec && this.#unshowableId !== id) {
      this.#unshowableId = id;
      this.#notify({ type: "notification", event: "pictureUnshowable", producerId: id, codec });
    }
    return false;
  }
}
