import { captureScreen } from "@/media/capture";
import { CustomerSession } from "@/media/customer-session";
import { OperatorSession } from "@/media/operator-session";
import type { RelayAssignment } from "@/protocol/join-token";

/** What runs inside the two browsers of the recovery bench: the product's own media engine, which reconnects by itself. */
interface SeenFrame {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The colour of the picture's middle. */
  readonly colour: readonly number[];
}

let session: CustomerSession | OperatorSession | null = null;
const video = document.createElement("video");
video.muted = true;
const frames: SeenFrame[] = [];

/** The bench hands out a ticket for every join, as the management server does. */
const join = () => globalThis.askForTicket();

const inPage = {
  /** What happens when the customer agrees: the picture is captured and the session begins. @returns what came of the capture */
  async share(): Promise<string> {
    const outcome = await captureScreen();
    if (outcome.kind !== "captured") return outcome.kind;
    session = new CustomerSession({ join, picture: { stream: outcome.stream, source: "screen" } });
    session.start();
    return outcome.kind;
  },

  watch(): void {
    document.body.append(video);
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) throw new Error("No canvas here.");
    const look = () => {
      const at = performance.timeOrigin + performance.now();
      const { videoWidth, videoHeight } = video;
      context.drawImage(video, Math.floor(videoWidth / 2), Math.floor(videoHeight / 2), 1, 1, 0, 0, 1, 1);
      frames.push({ at, colour: [...context.getImageData(0, 0, 1, 1).data] });
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  },

  view(): void {
    frames.length = 0;
    const viewer = new OperatorSession({ join });
    viewer.subscribe(() => {
      const { picture } = viewer.getSnapshot();
      if (!picture || video.srcObject === picture.stream) return;
      video.srcObject = picture.stream;
      void video.play();
    });
    session = viewer;
    viewer.start();
  },

  /** When the first frame since a moment was shown whose middle has a colour like this one; null as long as there was none. */
  firstFrameOf(colour: readonly number[], since: number): number | null {
    const isLike = (frame: SeenFrame) =>
      frame.at >= since && colour.every((channel, at) => Math.abs(channel - (frame.colour[at] ?? 0)) < 60);
    return frames.find(isLike)?.at ?? null;
  },

  close(): void {
    session?.close();
    session = null;
    video.srcObject = null;
  },
};

declare global {
  var recoveryBench: RecoveryInPage;
  var askForTicket: () => Promise<RelayAssignment>;
}
export type RecoveryInPage = typeof inPage;
globalThis.recoveryBench = inPage;
