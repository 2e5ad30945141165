import { type PictureCodec, pictureCodecSchema, pictureCodecs } from "@/protocol/picture-mode";

/** A codec of W3C webrtc or mediasoup, by its media type. */
interface Named {
  readonly mimeType: string;
}

/** The picture's codec that a media type names; null for any other, such as retransmission. */
export function pictureCodecOf({ mimeType }: Named): PictureCodec | null {
  const name = mimeType.replace(/^video\//i, "").toUpperCase();
  return pictureCodecSchema.safeParse(name).data ?? null;
}

/**
 * The best codec that one side can send and the other can show.
 *
 * @param sendable what this browser can send and the relay forwards
 * @param decodes what the other side shows; null: nothing is known of it yet
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

/** What this browser can show. */
export function decodableCodecs(): PictureCodec[] {
  const known = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
  return pictureCodecs.filter((name) => known.some((codec) => pictureCodecOf(codec) === name));
}
