import { type PictureCodec, pictureCodecs } from "@/protocol/picture-mode";
import type { JoinedPeer } from "./joined-peer";

/**
 * Tells the customer which codecs the picture may have, so that everybody who looks at it can show it. Nobody knows that but the
 * relay: mediasoup transcodes nothing, so a receiver without the codec gets no picture at all.
 */
export class PictureCodecs {
  #told: { readonly customer: JoinedPeer; readonly codecs: string } | undefined;

  /**
   * Says it unless this customer has been told the same before.
   *
   * @param receivers the operator before those who only watch: where they have no codec in common, the earlier ones count
   */
  tell(customer: JoinedPeer | undefined, receivers: readonly JoinedPeer[]): void {
    if (customer === undefined) return;
    const codecs = inCommon(receivers.flatMap(({ media }) => (media.decodes ? [media.decodes] : [])));
    if (this.#told?.customer === customer && this.#told.codecs === codecs.join()) return;
    this.#told = { customer, codecs: codecs.join() };
    customer.notify({ type: "notification", event: "pictureCodecs", codecs });
  }
}

/** @param decodable what each receiver can show; one who has nothing in common with the earlier ones is passed over */
export function inCommon(decodable: readonly (readonly PictureCodec[])[]): PictureCodec[] {
  return decodable.reduce<PictureCodec[]>(
    (left, own) => {
      const both = left.filter((codec) => own.includes(codec));
      return both.length > 0 ? both : left;
    },
    [...pictureCodecs],
  );
}
