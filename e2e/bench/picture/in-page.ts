import { applyPicture, encodingOf, whileStill } from "@/media/picture-quality";
import { PictureRefresher } from "@/media/picture-refresher";
import type { Cell, CodecName } from "./cell";
import { frameNumber, MARK } from "./frame-number";
import { COMPARED, SCREEN } from "./scenes";
import { type Luma, ssim } from "./ssim";

/**
 * What runs in the two browsers of the picture bench: a bare peer connection from one to the other, which encodes as the
 * product's does (the relay changes nothing of it), and at the receiving end the comparison with the source.
 */
let captured: MediaStreamTrack | null = null;
let connection: RTCPeerConnection | null = null;
let refresher: PictureRefresher | null = null;
const video = document.createElement("video");

interface Decoded {
  readonly frame: number;
  /** In ms since 1970. */
  readonly atMs: number;
  readonly luma: Luma;
}
let decoded: Decoded[] = [];
let newest = -1;
const sources = new Map<string, Luma>();

function now(): number {
  return performance.timeOrigin + performance.now();
}

const wholeCanvas = new OffscreenCanvas(COMPARED.width, COMPARED.height);
const markCanvas = new OffscreenCanvas(MARK.bits, 1);

function contextOf(canvas: OffscreenCanvas): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("No canvas here.");
  return context;
}

/** ITU-R BT.601, as the brightness that eyes see. */
function lumaOf({ data, width, height }: ImageData): Luma {
  const values = new Uint8Array(width * height);
  for (let at = 0, from = 0; at < values.length; at += 1, from += 4) {
    values[at] = 0.299 * (data[from] ?? 0) + 0.587 * (data[from + 1] ?? 0) + 0.114 * (data[from + 2] ?? 0);
  }
  return { width, height, values };
}

/** The compared part of a picture of the whole screen, whatever size that picture has. */
function comparedPart(picture: CanvasImageSource, width: number, height: number): Luma {
  const context = contextOf(wholeCanvas);
  const [sx, sy] = [width / SCREEN.width, height / SCREEN.height];
  const { left, top } = COMPARED;
  context.drawImage(
    picture,
    left * sx,
    top * sy,
    COMPARED.width * sx,
    COMPARED.height * sy,
    0,
    0,
    COMPARED.width,
    COMPARED.height,
  );
  return lumaOf(context.getImageData(0, 0, COMPARED.width, COMPARED.height));
}

function shownFrame(): number {
  const context = contextOf(markCanvas);
  const scale = video.videoWidth / SCREEN.width;
  const size = MARK.size * scale;
  // Each square's middle becomes one pixel.
  for (let bit = 0; bit < MARK.bits; bit += 1) {
    context.drawImage(video, (bit + 0.25) * size, size / 4, size / 2, size / 2, bit, 0, 1, 1);
  }
  const { data } = context.getImageData(0, 0, MARK.bits, 1);
  return frameNumber((bit) => (data[bit * 4 + 1] ?? 0) > 128);
}

/** Keeps a frame for comparison now and then, each frame that is not newer than this, and none before. */
const keep = { everyMs: Number.POSITIVE_INFINITY, last: 0, still: -1 };

function look(): void {
  newest = shownFrame();
  const isDue = performance.now() - keep.last >= keep.everyMs;
  if (isDue || newest === keep.still) {
    keep.last = performance.now();
    decoded.push({
      frame: newest,
      atMs: now(),
      luma: comparedPart(video, video.videoWidth, video.videoHeight),
    });
  }
  video.requestVideoFrameCallback(look);
}

async function gathered(peer: RTCPeerConnection): Promise<string> {
  if (peer.iceGatheringState !== "complete") {
    await new Promise<void>((resolve) => {
      peer.addEventListener("icegatheringstatechange", () => {
        if (peer.iceGatheringState === "complete") resolve();
      });
    });
  }
  return peer.localDescription?.sdp ?? "";
}

function codecOf(name: CodecName): RTCRtpCodec | undefined {
  const known = RTCRtpSender.getCapabilities("video")?.codecs ?? [];
  const mine = known.filter(({ mimeType }) => mimeType === `video/${name}`);
  // The profiles that the relay forwards first.
  return (
    mine.find(({ sdpFmtpLine }) => /profile-id=0|packetization-mode=1.*42e01f/.test(sdpFmtpLine ?? "")) ??
    mine[0]
  );
}

/** Where congestion control begins, as the product tells it (mediasoup-client writes the same line). */
function withStartBitrate(sdp: string, kbps: number): string {
  const payload = /^m=video \S+ \S+ (\d+)/m.exec(sdp)?.[1];
  if (payload === undefined) return sdp;
  const line = `a=fmtp:${payload} `;
  const option = `x-google-start-bitrate=${kbps}`;
  if (sdp.includes(line)) return sdp.replace(line, `${line}${option};`);
  return sdp.replace(/^(a=rtpmap:.*)$/m, (rtpmap) => `${rtpmap.trimEnd()}\r\n${line}${option}`);
}

type Statistics = Record<string, number | string | undefined>;

async function statisticsOf(type: "outbound-rtp" | "inbound-rtp"): Promise<Statistics> {
  const found: Statistics = {};
  const report = await connection?.getStats();
  for (const entry of report?.values() ?? []) if (entry.type === type) Object.assign(found, entry);
  return found;
}

const inPage = {
  /** Of the codecs, those that this browser can encode. */
  encodable(names: readonly CodecName[]): CodecName[] {
    return names.filter((name) => codecOf(name) !== undefined);
  },

  async capture(): Promise<void> {
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: { frameRate: { max: 30 } },
      audio: false,
    });
    captured = stream.getVideoTracks()[0] ?? null;
  },

  async offer(cell: Cell): Promise<string> {
    const codec = codecOf(cell.codec);
    if (!captured || !codec) throw new Error(`${cell.codec} cannot be sent from here.`);
    const track = captured.clone();
    connection = new RTCPeerConnection();
    const transceiver = connection.addTransceiver(track, {
      direction: "sendonly",
      sendEncodings: [encodingOf(cell)],
    });
    transceiver.setCodecPreferences([codec]);
    const { sender } = transceiver;
    await applyPicture(sender, cell);
    if (cell.refreshes) {
      refresher = new PictureRefresher({
        track,
        statistics: () => sender.getStats(),
        settle: (isStill) =>
          applyPicture(sender, isStill && cell.settles ? whileStill(cell, cell.codec) : cell),
      });
    }
    await connection.setLocalDescription(await connection.createOffer());
    return await gathered(connection);
  },

  async answer(sdp: string): Promise<string> {
    connection = new RTCPeerConnection();
    connection.ontrack = ({ track }) => {
      video.muted = true;
      video.srcObject = new MediaStream([track]);
      void video.play();
    };
    await connection.setRemoteDescription({ type: "offer", sdp });
    await connection.setLocalDescription(await connection.createAnswer());
    return await gathered(connection);
  },

  async accept(sdp: string, startBitrateKbps: number): Promise<void> {
    await connection?.setRemoteDescription({ type: "answer", sdp: withStartBitrate(sdp, startBitrateKbps) });
  },

  /** Shows the captured track itself, to see what comparing costs without any codec. */
  showCaptured(): void {
    if (!captured) return;
    video.srcObject = new MediaStream([captured.clone()]);
    video.muted = true;
    void video.play();
  },

  watch(): void {
    document.body.append(video);
    video.requestVideoFrameCallback(look);
  },

  /** The number of the frame that is shown now. */
  newest(): number {
    return newest;
  },

  keep(options: { everyMs: number | null; still: number }): void {
    decoded = [];
    Object.assign(keep, {
      last: 0,
      still: options.still,
      everyMs: options.everyMs ?? Number.POSITIVE_INFINITY,
    });
  },

  keepNoMore(): void {
    Object.assign(keep, { still: -1, everyMs: Number.POSITIVE_INFINITY });
  },

  /** Which frames of a scene were kept and still have no source to compare with. */
  missing(scene: string): number[] {
    return [...new Set(decoded.map(({ frame }) => frame))].filter(
      (frame) => !sources.has(`${scene}/${frame}`),
    );
  },

  /** @param png the shared screen as it was in that frame, as base64 */
  async putSource(scene: string, frame: number, png: string): Promise<void> {
    const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    sources.set(`${scene}/${frame}`, comparedPart(bitmap, bitmap.width, bitmap.height));
  },

  /** What was kept, compared with its source. */
  compare(scene: string): { frame: number; atMs: number; ssim: number }[] {
    return decoded.flatMap(({ frame, atMs, luma }) => {
      const source = sources.get(`${scene}/${frame}`);
      return source ? [{ frame, atMs, ssim: ssim(luma, source) }] : [];
    });
  },

  /** How sharp the newest kept frame is; NaN without one. */
  sharpness(scene: string): number {
    const last = decoded.at(-1);
    const source = last && sources.get(`${scene}/${last.frame}`);
    return last && source ? ssim(last.luma, source) : Number.NaN;
  },

  outbound: () => statisticsOf("outbound-rtp"),
  inbound: () => statisticsOf("inbound-rtp"),

  close(): void {
    refresher?.stop();
    refresher = null;
    for (const sender of connection?.getSenders() ?? []) sender.track?.stop();
    connection?.close();
    connection = null;
    video.srcObject = null;
    newest = -1;
    decoded = [];
  },
};

declare global {
  var pictureBench: typeof inPage;
}
globalThis.pictureBench = inPage;
