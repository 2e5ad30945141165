/**
 * What runs beside the product in the operator's console: it notes when the mouse moves, and can send the moves over a bare data channel
 * of its own in the product's place.
 */

type Way = "tool" | "bare";

const connection = new RTCPeerConnection();
/** As the channel `motion` is: the latest wins. */
const channel = connection.createDataChannel("bare", { ordered: false, maxRetransmits: 0 });
let way: Way | null = null;
let sequence = 0;
let movedAt: number[] = [];

function take(event: Event): void {
  if (way === null || !(event instanceof PointerEvent)) return;
  // The product hears nothing of it.
  if (way === "bare") event.stopImmediatePropagation();
  // What follows with the next frame is the same move once more.
  if (event.type !== "pointerrawupdate") return;
  // From the instant that the browser has the move: what waits for this page's main thread counts.
  movedAt.push(event.timeStamp);
  if (way === "tool") return;
  sequence += 1;
  const fraction = (value: number) => Math.round(value * 100_000) / 100_000;
  const [x, y] = [fraction(event.clientX / innerWidth), fraction(event.clientY / innerHeight)];
  channel.send(JSON.stringify({ type: "move", sequence, x, y }));
}
for (const name of ["pointerrawupdate", "pointermove"]) addEventListener(name, take, { capture: true });

const inPage = {
  /** @returns an offer with everything in it */
  async offer(): Promise<string> {
    const gathered = new Promise<void>((resolve) => {
      connection.addEventListener("icegatheringstatechange", () => {
        if (connection.iceGatheringState === "complete") resolve();
      });
    });
    await connection.setLocalDescription();
    await gathered;
    return connection.localDescription?.sdp ?? "";
  },

  async answered(sdp: string): Promise<void> {
    await connection.setRemoteDescription({ type: "answer", sdp });
    if (channel.readyState === "open") return;
    await new Promise<void>((resolve) => channel.addEventListener("open", () => resolve()));
  },

  /** From here on moves go this way. */
  begin(by: Way): void {
    movedAt = [];
    way = by;
  },

  /** @returns when the moves were since {@link begin}, in ms since this document's time origin */
  end(): number[] {
    way = null;
    return movedAt;
  },

  now: () => performance.now(),
};

declare global {
  var moveBench: MoveBenchInPage;
}
export type MoveBenchInPage = typeof inPage;
globalThis.moveBench = inPage;
