import type { Consumer, RtpCapabilities, RtpParameters } from "mediasoup/types";

const MID_URI = "urn:ietf:params:rtp-hdrext:sdes:mid";
const PLAYOUT_DELAY_URI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";
/** The header extension playout-delay with both of its limits, the least and the most, at 0 ms: three bytes of zero. */
const AT_ONCE = "\0\0\0";

/** Enough that no two consumers of a browser share one; Chromium takes no MID of more than 16 characters. */
const MID_LENGTH = 8;

/**
 * Asks whoever looks at a picture to show every frame as soon as it is decoded: a browser holds frames back for as long as the
 * largest of them took to come (100 to 300 ms after a page was scrolled), which makes films smooth and control sluggish.
 *
 * The header extension playout-delay is the only way to say so; jitterBufferTarget can but lengthen the wait. Senders write it, and a
 * page cannot have Chromium do that. What mediasoup writes into every packet for the receiver is the MID, a text of our choice,
 * and whoever gets a single stream by its SSRC needs none. So that place carries the three bytes, and the receiver is told that
 * it is the playout delay: on the wire there is nothing but a well-formed packet with that extension.
 *
 * @param rtpCapabilities what the receiver can take
 * @returns null for one that does not know the extension
 */
export function immediatePlayout({ headerExtensions = [] }: RtpCapabilities): {
  /** For mediasoup's `consume`. */
  readonly mid: string;
  /** What to tell the receiver of that consumer's parameters. */
  readonly announced: (consumer: Pick<Consumer, "id" | "rtpParameters">) => RtpParameters;
} | null {
  const isKnown = headerExtensions.some(({ kind, uri }) => kind === "video" && uri === PLAYOUT_DELAY_URI);
  if (!isKnown) return null;
  return {
    mid: AT_ONCE,
    announced: ({ id, rtpParameters }) => ({
      ...rtpParameters,
      mid: id.slice(0, MID_LENGTH),
      headerExtensions: rtpParameters.headerExtensions
        ?.filter(({ uri }) => uri !== PLAYOUT_DELAY_URI)
        .map((extension) =>
          extension.uri === MID_URI ? { ...extension, uri: PLAYOUT_DELAY_URI } : extension,
        ),
    }),
  };
}
