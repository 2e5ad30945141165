import { readFileSync } from "node:fs";
import { z } from "zod";
import { VIDEO_SSRC } from "../../../relay/testing/native-peer";
import { VP8_PAYLOAD_TYPE } from "./media-leg";

/** Where in a frame a packet stands. */
export const packetKinds = { continuation: 0, deltaFrame: 1, keyFrame: 2 } as const;

/** Sizes and times of the RTP packets of a shared screen; `record-screen-traffic.ts` made the file and says how. */
const screenTrafficSchema = z.object({
  /** The length of the whole; then it begins again. */
  durationMs: z.number(),
  /** Time in ms, size in bytes with the RTP header, one of {@link packetKinds}, 1 for the last packet of a frame. */
  packets: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
});
export type ScreenTraffic = z.infer<typeof screenTrafficSchema>;

export const SCREEN_TRAFFIC_FILE = "e2e/bench/relay/screen-traffic.json";
const RTP_HEADER_BYTES = 12;
/** The time of sending is at the end of a packet, since servers may add to its header. */
const TIME_BYTES = 8;
/** RTP header, VP8 descriptor and the head of a frame (RFC 7741), and the time. */
const SMALLEST_PACKET_BYTES = RTP_HEADER_BYTES + 12 + TIME_BYTES;
const VIDEO_CLOCK_HZ = 90_000;
/** Descriptor, frame tag, start code, 1280 × 800. */
const KEY_FRAME_HEAD = [0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0x20, 0x03];

export function readScreenTraffic(): ScreenTraffic {
  return screenTrafficSchema.parse(JSON.parse(readFileSync(SCREEN_TRAFFIC_FILE, "utf8")));
}

/** Bits and packets a second of one session. */
export function rateOf({ durationMs, packets }: ScreenTraffic): { bps: number; packetsPerSecond: number } {
  const bytes = packets.reduce((sum, [, size]) => sum + size, 0);
  return { bps: (bytes * 8_000) / durationMs, packetsPerSecond: (packets.length * 1_000) / durationMs };
}

/** Sends the recorded packets of one session again and again, at their times, each with the instant at which it left. */
export class ScreenPlayer {
  readonly #traffic: ScreenTraffic;
  readonly #send: (packet: Buffer) => void;
  /** How long it has played in all. */
  #clockMs = 0;
  /** When by that clock the present repetition began, or would have. */
  #beganMs = 0;
  #next = 0;
  /** Where in the recording to go on after the key frame; null when that is done. */
  #goOnFromMs: number | null = null;
  #sequence = 0;
  #sent = 0;

  constructor(traffic: ScreenTraffic, send: (packet: Buffer) => void) {
    this.#traffic = traffic;
    this.#send = send;
  }

  /**
   * Plays the key frame of the beginning next, for which servers wait, and then from another moment on. Sequence numbers and
   * timestamps go on.
   */
  startFrom(positionMs: number): void {
    this.#next = 0;
    this.#beganMs = this.#clockMs - (this.#traffic.packets[0]?.[0] ?? 0);
    this.#goOnFromMs = positionMs;
  }

  /** Sends what is due. @param elapsedMs since the last call */
  play(elapsedMs: number): void {
    const { durationMs, packets } = this.#traffic;
    this.#clockMs += elapsedMs;
    for (;;) {
      const packet = packets[this.#next];
      if (packet === undefined) {
        this.#next = 0;
        this.#beganMs += durationMs;
        continue;
      }
      const [atMs, size, kind, isLast] = packet;
      const dueMs = this.#beganMs + atMs;
      if (dueMs > this.#clockMs) return;
      this.#send(this.#packet({ size, kind, isLast, dueMs }));
      this.#sent += 1;
      this.#next += 1;
      if (isLast === 1 && this.#goOnFromMs !== null) this.#skipTo(this.#goOnFromMs, dueMs);
    }
  }

  /** Goes on with the first frame from a moment on, as if that were now. */
  #skipTo(positionMs: number, nowMs: number): void {
    const { packets } = this.#traffic;
    const found = packets.findIndex(
      ([atMs], index) => atMs >= positionMs && (index === 0 || packets[index - 1]?.[3] === 1),
    );
    this.#next = Math.max(0, found);
    this.#beganMs = nowMs - (packets[this.#next]?.[0] ?? 0);
    this.#goOnFromMs = null;
  }

  /** Packets sent since the last call. */
  takeSent(): number {
    const sent = this.#sent;
    this.#sent = 0;
    return sent;
  }

  #packet({
    size,
    kind,
    isLast,
    dueMs,
  }: {
    size: number;
    kind: number;
    isLast: number;
    dueMs: number;
  }): Buffer {
    const packet = Buffer.alloc(Math.max(size, SMALLEST_PACKET_BYTES));
    this.#sequence = (this.#sequence + 1) & 0xffff;
    packet.writeUInt8(0x80, 0);
    packet.writeUInt8((isLast === 1 ? 0x80 : 0) | VP8_PAYLOAD_TYPE, 1);
    packet.writeUInt16BE(this.#sequence, 2);
    packet.writeUInt32BE(Math.floor((dueMs * VIDEO_CLOCK_HZ) / 1_000) % 2 ** 32, 4);
    packet.writeUInt32BE(VIDEO_SSRC, 8);
    // The descriptor's start bit is set where a frame starts, and the lowest bit of a frame's first byte is 0 in a key frame.
    if (kind === packetKinds.keyFrame) packet.set(KEY_FRAME_HEAD, RTP_HEADER_BYTES);
    if (kind === packetKinds.deltaFrame) packet.set([0x10, 0x11], RTP_HEADER_BYTES);
    packet.writeDoubleBE(monotonicMs(), packet.length - TIME_BYTES);
    return packet;
  }
}

/** When a packet of a {@link ScreenPlayer} left, by {@link monotonicMs}; null for anything else, such as RTCP. */
export function sentAt(packet: Buffer): number | null {
  // RTCP has packet types from 192 to 223 where RTP has marker and payload type (RFC 5761, 4).
  const type = packet[1] ?? 0;
  if (packet.length < SMALLEST_PACKET_BYTES || (type >= 192 && type <= 223)) return null;
  return packet.readDoubleBE(packet.length - TIME_BYTES);
}

/** A clock that all processes of a machine share. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
