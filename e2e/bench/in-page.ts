import SimplePeer from "simple-peer/simplepeer.min.js";
import { captureScreen } from "@/media/capture";
import { CustomerSession } from "@/media/customer-session";
import { OperatorSession } from "@/media/operator-session";
import { chooseCodec } from "@/media/picture-codec";
import type { RelayAssignment } from "@/protocol/join-token";

/**
 * What runs inside the two browsers of the latency bench: the product's own media engine for the path through the relay, and
 * simple-peer for the direct one, with the same captured track, the same codec and the same limits on the sender.
 */
const VIDEO_MAX_BITRATE_BPS = 6_000_000;
const VIDEO_MAX_FRAMERATE = 30;

let captured: MediaStream | null = null;
let session: CustomerSession | OperatorSession | null = null;
let peer: SimplePeer.Instance | null = null;
const video = document.createElement("video");
const changes: number[] = [];

function now(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Watches one spot of a picture and notes when it turns from dark to light or back.
 *
 * @param spot in pixels of the picture, as it is at that moment
 * @param whenShown calls back once when the picture is shown next
 */
function watch(
  picture: HTMLVideoElement | HTMLCanvasElement,
  spot: () => { x: number; y: number },
  whenShown: (look: () => void) => void,
): void {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("No canvas here.");
  let wasLight: boolean | null = null;
  const look = () => {
    const { x, y } = spot();
    context.drawImage(picture, Math.floor(x), Math.floor(y), 1, 1, 0, 0, 1, 1);
    const isLight = (context.getImageData(0, 0, 1, 1).data[0] ?? 0) > 128;
    if (wasLight !== null && isLight !== wasLight) changes.push(now());
    wasLight = isLight;
    whenShown(look);
  };
  whenShown(look);
}

function show(stream: MediaStream): void {
  if (video.srcObject === stream) return;
  video.srcObject = stream;
  video.muted = true;
  void video.play();
}

const inPage = {
  async capture(): Promise<string> {
    const outcome = await captureScreen();
    if (outcome.kind !== "captured") return outcome.kind;
    captured = outcome.stream;
    return outcome.kind;
  },

  watch(x: number, y: number): void {
    document.body.append(video);
    watch(
      video,
      () => ({ x: x * video.videoWidth, y: y * video.videoHeight }),
      (look) => void video.requestVideoFrameCallback(look),
    );
  },

  /** Watches what noVNC paints. @returns false as long as there is nothing yet */
  watchNoVnc(x: number, y: number): boolean {
    const canvas = document.querySelector<HTMLCanvasElement>("#screen canvas");
    // Before the server has told its size, the canvas has that of an empty one.
    if (!canvas || canvas.width < 600) return false;
    watch(
      canvas,
      () => ({ x: x * canvas.width, y: y * canvas.height }),
      (look) => void requestAnimationFrame(look),
    );
    return true;
  },

  playing(): boolean {
    return video.readyState >= 2 && video.videoWidth > 0;
  },

  /** Instants at which the watched spot changed since the last call. */
  takeChanges(): number[] {
    return changes.splice(0);
  },

  shareThroughRelay(assignment: RelayAssignment): void {
    if (!captured) throw new Error("Nothing is captured.");
    // A clone: the session stops its track when it closes, and the next round needs the capture again.
    const stream = captured.clone();
    for (const track of stream.getVideoTracks()) track.contentHint = "detail";
    session = new CustomerSession({
      join: async () => assignment,
      picture: { stream, source: "screen" },
    });
    session.start();
  },

  viewThroughRelay(assignment: RelayAssignment): void {
    const viewer = new OperatorSession({ join: async () => assignment });
    viewer.subscribe(() => {
      const { picture } = viewer.getSnapshot();
      if (picture) show(picture.stream);
    });
    session = viewer;
    viewer.start();
  },

  /** Direct: the bench carries the signals over (`carrySignal` is its function). */
  openDirect(initiator: boolean): void {
    const stream = initiator ? captured?.clone() : undefined;
    for (const track of stream?.getVideoTracks() ?? []) track.contentHint = "detail";
    peer = new SimplePeer({ initiator, stream, config: { iceServers: [] } });
    // Before its offer is made, which waits for the end of this turn.
    preferCodec();
    peer.on("signal", (signal) => void globalThis.carrySignal(JSON.stringify(signal)));
    peer.on("stream", show);
    peer.on("connect", () => void limitSender());
  },

  acceptSignal(signal: string): void {
    peer?.signal(signal);
  },

  close(): void {
    session?.close();
    session = null;
    peer?.destroy();
    peer = null;
    video.srcObject = null;
  },
};

/** What simple-peer wraps. */
function directConnection(): RTCPeerConnection {
  const connection: unknown = peer ? Reflect.get(peer, "_pc") : null;
  if (!(connection instanceof RTCPeerConnection)) throw new Error("There is no direct connection.");
  return connection;
}

/** The codec that the path through the relay uses. */
function preferCodec(): void {
  const codecs = RTCRtpSender.getCapabilities("video")?.codecs ?? [];
  const preferred = chooseCodec(codecs, null);
  if (!preferred) return;
  for (const transceiver of directConnection().getTransceivers()) {
    transceiver.setCodecPreferences([preferred, ...codecs.filter((codec) => codec !== preferred)]);
  }
}

/** The same limits as on the path through the relay. */
async function limitSender(): Promise<void> {
  for (const sender of directConnection().getSenders()) {
    if (sender.track?.kind !== "video") continue;
    const parameters = sender.getParameters();
    for (const encoding of parameters.encodings) {
      encoding.maxBitrate = VIDEO_MAX_BITRATE_BPS;
      encoding.maxFramerate = VIDEO_MAX_FRAMERATE;
    }
    await sender.setParameters(parameters);
  }
}

declare global {
  var bench: BenchInPage;
  var carrySignal: (signal: string) => Promise<void>;
}
export type BenchInPage = typeof inPage;
globalThis.bench = inPage;
