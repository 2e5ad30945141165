import { z } from "zod";

/** How often it looks while the picture is not sharp yet, and how often otherwise. */
const BUSY_INTERVAL_MS = 150;
const IDLE_INTERVAL_MS = 500;
/** More frames than these between two looks: the picture moves, and moving pictures refresh themselves. */
const MOVING_FRAMES = 2;
/** A picture that is not sharp after so many refreshes in a row will not become so: the connection is too thin for it. */
const MAX_REFRESHES_IN_A_ROW = 30;

/**
 * Quantiser values below which a screen's text looks as in the original. Each codec has its own scale: VP8 0 to 127, VP9 and
 * AV1 0 to 255, H.264 0 to 51 (the "qpSum" of W3C webrtc-stats). Chromium's own idea of a converged picture is of this order.
 */
const SHARP_QUANTISER: Readonly<Record<string, number>> = {
  "video/VP8": 14,
  "video/VP9": 40,
  "video/AV1": 60,
  "video/H264": 24,
};
const SHARP_QUANTISER_OTHERWISE = 20;

const outboundSchema = z.object({
  type: z.literal("outbound-rtp"),
  kind: z.literal("video"),
  codecId: z.string().optional(),
  framesEncoded: z.number(),
  qpSum: z.number().optional(),
});
const codecSchema = z.object({ type: z.literal("codec"), id: z.string(), mimeType: z.string() });

interface Encoded {
  readonly frames: number;
  readonly quantiserSum: number;
}

/**
 * Keeps a picture that does not move from staying blurred, or from never arriving at all. Browsers capture a still screen about
 * once a second, so the first frame would take a second, and each later step from the first coarse frame to a sharp one another
 * (measured: 1.5 s to the first frame and 5 s more to a sharp one, against 0.5 s and 1.5 s with this). Adding a receiver to a track
 * makes the browser capture it at once, for all receivers; so one is added for a moment whenever the last frame sent was coarse.
 */
export class PictureRefresher {
  readonly #track: MediaStreamTrack;
  readonly #statistics: () => Promise<RTCStatsReport>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #before: Encoded | null = null;
  #isSharp = false;
  #refreshes = 0;
  #stopped = false;

  /** @param statistics of the connection that sends the track */
  constructor(track: MediaStreamTrack, statistics: () => Promise<RTCStatsReport>) {
    this.#track = track;
    this.#statistics = statistics;
    void this.#look();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    try {
      if (this.#needsRefresh(await this.#statistics())) {
        this.#refreshes += 1;
        await refresh(this.#track);
      }
    } catch {
      // A connection or a track that has just ended; whoever owns this stops it.
    }
    if (this.#stopped) return;
    const isBusy = !this.#isSharp && this.#refreshes < MAX_REFRESHES_IN_A_ROW;
    this.#timer = setTimeout(() => void this.#look(), isBusy ? BUSY_INTERVAL_MS : IDLE_INTERVAL_MS);
  }

  #needsRefresh(report: RTCStatsReport): boolean {
    if (this.#stopped || this.#track.readyState !== "live") return false;
    const now = readEncoded(report);
    if (!now || now.frames === 0) return this.#refreshes < MAX_REFRESHES_IN_A_ROW;
    const frames = now.frames - (this.#before?.frames ?? 0);
    const quantiser = (now.quantiserSum - (this.#before?.quantiserSum ?? 0)) / frames;
    this.#before = now;
    if (frames > 0) this.#isSharp = quantiser <= now.sharpQuantiser;
    if (frames > MOVING_FRAMES || this.#isSharp) this.#refreshes = 0;
    return !this.#isSharp && frames <= MOVING_FRAMES && this.#refreshes < MAX_REFRESHES_IN_A_ROW;
  }
}

function readEncoded(report: RTCStatsReport): (Encoded & { readonly sharpQuantiser: number }) | null {
  const entries: unknown[] = [...report.values()];
  const outbound = entries
    .map((entry) => outboundSchema.safeParse(entry))
    .findLast(({ success }) => success)?.data;
  if (!outbound) return null;
  const codec = entries
    .map((entry) => codecSchema.safeParse(entry).data)
    .find((entry) => entry?.id === outbound.codecId);
  return {
    frames: outbound.framesEncoded,
    // A browser that does not tell (Firefox, Safari) is believed to be sharp: nothing can be said about its pictures.
    quantiserSum: outbound.qpSum ?? 0,
    sharpQuantiser: SHARP_QUANTISER[codec?.mimeType ?? ""] ?? SHARP_QUANTISER_OTHERWISE,
  };
}

/** Makes the browser capture the track now: its newest picture goes to every receiver, the encoder among them. */
async function refresh(track: MediaStreamTrack): Promise<void> {
  const copy = track.clone();
  const video = document.createElement("video");
  video.muted = true;
  video.srcObject = new MediaStream([copy]);
  try {
    await Promise.race([video.play(), new Promise((resolve) => setTimeout(resolve, BUSY_INTERVAL_MS))]);
  } finally {
    copy.stop();
    video.srcObject = null;
  }
}
