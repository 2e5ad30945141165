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

function now(): number {
  return performance.timeOrigin + performance.now();
}

/** A change of the watched spot, as the watching page saw it; in ms since 1970. */
export interface SeenChange {
  readonly at: number;
  /** When the last packet of the frame that showed it was there; null for what is no video of WebRTC. */
  readonly receivedAt: number | null;
}
let changes: SeenChange[] = [];
let onChange: ((change: SeenChange) => void) | null = null;

/** Every connection that this page has made, to read its statistics. */
const connections: RTCPeerConnection[] = [];
globalThis.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(configuration?: RTCConfiguration) {
    super(configuration);
    connections.push(this);
  }
};

/** Notes when the watched spot turns from dark to light or back. */
function changeDetector(): (isLight: boolean, change: SeenChange) => void {
  let wasLight: boolean | null = null;
  return (isLight, change) => {
    if (wasLight !== null && isLight !== wasLight) {
      changes.push(change);
      onChange?.(change);
    }
    wasLight = isLight;
  };
}

/** Reads a pixel of each frame as it comes out of the decoder: painting it on a canvas would convert the whole picture. */
function watchVideo(x: number, y: number): void {
  const detect = changeDetector();
  const look = (_now: number, { receiveTime }: VideoFrameCallbackMetadata) => {
    const change = {
      at: now(),
      receivedAt: receiveTime === undefined ? null : performance.timeOrigin + receiveTime,
    };
    const frame = new VideoFrame(video);
    // Colour is stored for squares of two by two pixels.
    const even = (value: number) => Math.floor(value / 2) * 2;
    const rect = { x: even(x * video.videoWidth), y: even(y * video.videoHeight), width: 2, height: 2 };
    const pixels = new Uint8Array(frame.allocationSize({ rect }));
    // What comes first is the brightness, or in formats without it red or blue.
    void frame
      .copyTo(pixels, { rect })
      .then(() => detect((pixels[0] ?? 0) > 128, change))
      .finally(() => frame.close());
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
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
    watchVideo(x, y);
  },

  /** Watches what noVNC paints. @returns false as long as there is nothing yet */
  watchNoVnc(x: number, y: number): boolean {
    const canvas = document.querySelector<HTMLCanvasElement>("#screen canvas");
    // Before the server has told its size, the canvas has that of an empty one.
    if (!canvas || canvas.width < 600) return false;
    const context = canvas.getContext("2d");
    if (!context) throw new Error("noVNC paints in another way than it did.");
    const detect = changeDetector();
    const look = () => {
      const at = now();
      const { data } = context.getImageData(
        Math.floor(x * canvas.width),
        Math.floor(y * canvas.height),
        1,
        1,
      );
      detect((data[0] ?? 0) > 128, { at, receivedAt: null });
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    return true;
  },

  playing(): boolean {
    return video.readyState >= 2 && video.videoWidth > 0;
  },

  /** From here on: see {@link nextChange}. */
  forgetChanges(): void {
    changes = [];
  },

  /** The first change since {@link forgetChanges}, as soon as there is one; null when none comes in time. */
  async nextChange(timeoutMs: number): Promise<SeenChange | null> {
    const [first] = changes;
    if (first) return first;
    return await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), timeoutMs);
      onChange = (change) => {
        clearTimeout(timer);
        onChange = null;
        resolve(change);
      };
    });
  },

  /** What the browser has counted of the picture that is sent or received now: the members of W3C webrtc-stats. */
  async counters(): Promise<Record<string, number | string>> {
    let found: Record<string, number | string> = {};
    let most = 0;
    for (const connection of connections) {
      if (connection.connectionState === "closed") continue;
      for (const entry of (await connection.getStats()).values()) {
        if (entry.type !== "outbound-rtp" && entry.type !== "inbound-rtp") continue;
        // Beside the picture there can be a stream that only probes the bandwidth.
        const bytes = Number(entry.bytesSent ?? entry.bytesReceived);
        if (entry.kind !== "video" || bytes <= most) continue;
        most = bytes;
        found = { ...entry };
      }
    }
    return found;
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

  /** Captures no more. */
  release(): void {
    for (const track of captured?.getTracks() ?? []) track.stop();
    captured = null;
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
