import { type PictureCodec, pictureCodecOf, pictureCodecs } from "@/protocol/picture-mode";

/** A codec of W3C webrtc or mediasoup, by its media type. */
interface Named {
  readonly mimeType: string;
}

/**
 * The best codec that this side can send and everybody else can show.
 *
 * @param sendable what this browser can send and the relay forwards
 * @param decodes what the others show; null: nothing is known of them yet
 * @returns undefined when there is none: then the sender takes what comes first
 */
export function chooseCodec<T extends Named>(
  sendable: readonly T[],
  decodes: readonly PictureCodec[] | null,
): T | undefined {
  for (const name of pictureCodecs) {
    if (decodes && !decodes.includes(name)) continue;
    const found = sendable.find((codec) => pictureCodecOf(codec) === name);
    if (found) return found;
  }
  return undefined;
}
