import { captureScreen } from "@/media/capture";
import { CustomerSession } from "@/media/customer-session";
import { OperatorSession } from "@/media/operator-session";
import type { RelayAssignment } from "@/protocol/join-token";
import { forgetConnections, now, pictureCounters, type Way, waysInUse } from "./watched-connections";

/**
 * What runs inside the two browsers of the bench of bad lines: the product's own media engine, and an eye on one spot of the
 * operator's picture.
 */
let captured: MediaStream | null = null;
let session: CustomerSession | OperatorSession | null = null;
const video = document.createElement("video");
video.muted = true;
let wasLight: boolean | null = null;
let changedAt: number | null = null;
let onChange: (at: number) => void = () => {};

/** Frames come out of the decoder one after the other, and so do the answers. */
async function look(frame: VideoFrame, at: number, spot: { x: number; y: number }): Promise<void> {
  // Colour is kept for squares of two by two pixels, so only even places can be read.
  const even = (value: number) => 2 * Math.floor(value / 2);
  const rect = {
    x: even(spot.x * frame.codedWidth),
    y: even(spot.y * frame.codedHeight),
    width: 2,
    height: 2,
  };
  const pixels = new Uint8Array(frame.allocationSize({ rect }));
  await frame.copyTo(pixels, { rect });
  // First comes the brightness, or red or blue in formats without it: black and white differ in all of them.
  const isLight = (pixels[0] ?? 0) > 128;
  if (wasLight !== null && isLight !== wasLight) {
    changedAt ??= at;
    onChange(at);
  }
  wasLight = isLight;
}

const inPage = {
  async capture(): Promise<string> {
    const outcome = await captureScreen();
    if (outcome.kind === "captured") captured = outcome.stream;
    return outcome.kind;
  },

  share(assignment: RelayAssignment): void {
    if (!captured) throw new Error("Nothing is captured.");
    forgetConnections();
    // A clone: the session stops its track when it closes, and the next one needs the capture again.
    const picture = { stream: captured.clone(), source: "screen" as const };
    session = new CustomerSession({ join: async () => assignment, picture });
    session.start();
  },

  view(assignment: RelayAssignment): void {
    forgetConnections();
    wasLight = null;
    const viewer = new OperatorSession({ join: async () => assignment });
    viewer.subscribe(() => {
      const { picture } = viewer.getSnapshot();
      if (!picture || video.srcObject === picture.stream) return;
      video.srcObject = picture.stream;
      void video.play();
    });
    session = viewer;
    viewer.start();
  },

  /** @param spot as fractions of the picture */
  watch(spot: { x: number; y: number }): void {
    document.body.append(video);
    const next = () => {
      const at = now();
      const frame = new VideoFrame(video);
      void look(frame, at, spot).finally(() => frame.close());
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  },

  /** Whether the spot has been seen at all. */
  isPlaying(): boolean {
    return wasLight !== null;
  },

  forgetChanges(): void {
    changedAt = null;
  },

  /** When the spot first changed since {@link forgetChanges}, in ms since 1970, as soon as it does; null when it does not in time. */
  async changed(timeoutMs: number): Promise<number | null> {
    if (changedAt !== null) return changedAt;
    return await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), timeoutMs);
      onChange = (at) => {
        clearTimeout(timer);
        onChange = () => {};
        resolve(at);
      };
    });
  },

  async ways(): Promise<Way[]> {
    return await waysInUse();
  },

  async counters(): Promise<Record<string, number>> {
    return await pictureCounters();
  },

  /** An operator ends the session for both sides. */
  async end(): Promise<void> {
    if (session instanceof OperatorSession) await session.end();
  },

  close(): void {
    session?.close();
    session = null;
    video.srcObject = null;
  },
};

declare global {
  var lossBench: LossInPage;
}
export type LossInPage = typeof inPage;
globalThis.lossBench = inPage;
