import { z } from "zod";

/** How often it looks while the picture is not sharp yet, and how often otherwise. */
const BUSY_INTERVAL_MS = 150;
const IDLE_INTERVAL_MS = 500;
/** More frames than these between two looks: the picture moves, and moving pictures refresh themselves. */
const MOVING_FRAMES = 2;
/** Fewer captured frames a second than these: the picture stands still, or somebody types. */
const STILL_FRAMES_PER_SECOND = 12;
/** What adding a receiver makes the browser capture, at most. */
const FRAMES_OF_A_REFRESH = 2;
/** An encoder rounds to even sizes; it makes a picture smaller by a fifth at least. */
const FULL_SIZE_RATIO = 0.95;
/** The codec whose still pictures may stay coarse: see `whileStill`. After so many refreshes more of the same does not help. */
const STICKY_CODEC = "video/VP8";
const REFRESHES_BEFORE_SETTLING = 3;
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
  frameWidth: z.number().optional(),
});
const sourceSchema = z.object({
  type: z.literal("media-source"),
  kind: z.literal("video"),
  frames: z.number().optional(),
});
const codecSchema = z.object({ type: z.literal("codec"), id: z.string(), mimeType: z.string() });

/** What the encoder has done so far, and when that was looked at. */
interface Encoded {
  readonly atMs: number;
  readonly frames: number;
  readonly quantiserSum: number;
  readonly capturedFrames: number;
}

interface PictureRefresherOptions {
  track: MediaStreamTrack;
  /** Of the connection that sends the track. */
  statistics: () => Promise<RTCStatsReport>;
  /** Has the sender encode for a picture that stands still, or for one that moves again. */
  settle: (isStill: boolean) => Promise<void>;
}

/**
 * Keeps a picture that does not move from staying blurred, or from never arriving at all. Browsers capture a still screen about
 * once a second, so the first frame would take a second, and each later step from the first coarse frame to a sharp one another
 * (measured: 1.5 s to the first frame and 5 s more to a sharp one, against 0.5 s and 1.5 s with this). Adding a receiver to a track
 * makes the browser capture it at once, for all receivers; so one is added for a moment whenever the last frame sent was coarse.
 *
 * A picture that was made smaller while it moved, so that more of its frames get through, or that stays coarse, is encoded as one
 * that stands still until it moves again: by themselves browsers wait many seconds with that, or for ever when no frame comes.
 */
export class PictureRefresher {
  readonly #options: PictureRefresherOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #before: Encoded | null = null;
  #isSharp = false;
  #isSettled = false;
  /** Since the last look. */
  #hasRefreshed = false;
  #fullWidth = 0;
  #refreshes = 0;
  #stopped = false;

  constructor(options: PictureRefresherOptions) {
    this.#options = options;
    void this.#look();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    try {
      const now = readEncoded(await this.#options.statistics());
      const isSettled = this.#judgeStillness(now);
      const needsRefresh = this.#needsRefresh(now);
      this.#before = now;
      this.#hasRefreshed = needsRefresh;
      if (isSettled !== this.#isSettled) {
        this.#isSettled = isSettled;
        await this.#options.settle(isSettled);
      }
      if (needsRefresh) {
        this.#refreshes += 1;
        await refresh(this.#options.track);
      }
    } catch {
      // A connection or a track that has just ended; whoever owns this stops it.
    }
    if (this.#stopped) return;
    const isBusy = !this.#isSharp && this.#refreshes < MAX_REFRESHES_IN_A_ROW;
    this.#timer = setTimeout(() => void this.#look(), isBusy ? BUSY_INTERVAL_MS : IDLE_INTERVAL_MS);
  }

  /** Whether it is to be encoded as one that stands still from here on. */
  #judgeStillness(now: Reading | null): boolean {
    const before = this.#before;
    if (!now || !before) return this.#isSettled;
    const ownFrames = this.#hasRefreshed ? FRAMES_OF_A_REFRESH : 0;
    const captured = now.capturedFrames - before.capturedFrames - ownFrames;
    const isStill = captured / ((now.atMs - before.atMs) / 1000) < STILL_FRAMES_PER_SECOND;
    const isStuck =
      now.mimeType === STICKY_CODEC &&
      before.frames > 0 &&
      !this.#isSharp &&
      this.#refreshes >= REFRESHES_BEFORE_SETTLING;
    return isStill && (this.#isShrunk(now) || isStuck || this.#isSettled);
  }

  #needsRefresh(now: Reading | null): boolean {
    if (this.#stopped || this.#options.track.readyState !== "live") return false;
    if (!now || now.frames === 0) return this.#refreshes < MAX_REFRESHES_IN_A_ROW;
    const frames = now.frames - (this.#before?.frames ?? 0);
    const quantiser = (now.quantiserSum - (this.#before?.quantiserSum ?? 0)) / frames;
    if (frames > 0)
      this.#isSharp =
        quantiser <= (SHARP_QUANTISER[now.mimeType] ?? SHARP_QUANTISER_OTHERWISE) && !this.#isShrunk(now);
    if (frames > MOVING_FRAMES || this.#isSharp) this.#refreshes = 0;
    return !this.#isSharp && frames <= MOVING_FRAMES && this.#refreshes < MAX_REFRESHES_IN_A_ROW;
  }

  /**
   * Whether it is sent smaller than before. What the browser calls the source in its statistics is made smaller already; the first
   * frames are not.
   */
  #isShrunk({ frameWidth }: Reading): boolean {
    if (frameWidth === null) return false;
    this.#fullWidth = Math.max(this.#fullWidth, frameWidth);
    return frameWidth < FULL_SIZE_RATIO * this.#fullWidth;
  }
}

interface Reading extends Encoded {
  readonly mimeType: string;
  /** Null before the first frame, and where the browser does not tell. */
  readonly frameWidth: number | null;
}

function readEncoded(report: RTCStatsReport): Reading | null {
  const entries: unknown[] = [...report.values()];
  const outbound = entries
    .map((entry) => outboundSchema.safeParse(entry))
    .findLast(({ success }) => success)?.data;
  if (!outbound) return null;
  const codec = entries
    .map((entry) => codecSchema.safeParse(entry).data)
    .find((entry) => entry?.id === outbound.codecId);
  const source = entries.map((entry) => sourceSchema.safeParse(entry).data).find((entry) => entry);
  return {
    atMs: performance.now(),
    frames: outbound.framesEncoded,
    // A browser that does not tell (Firefox, Safari) is believed to be sharp: nothing can be said about its pictures.
    quantiserSum: outbound.qpSum ?? 0,
    capturedFrames: source?.frames ?? 0,
    mimeType: codec?.mimeType ?? "",
    frameWidth: outbound.frameWidth ?? null,
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
