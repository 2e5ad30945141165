import { assertUnreachable } from "@/lib/assert-unreachable";

/**
 * What the two sides of a session say to each other on the channel `file`: binary frames of credit-based flow control.
 *
 * Both directions are alike. A receiver grants credits for what its consumer has taken; a sender never has more under way
 * than was granted. So neither the relay nor a page ever holds more than one window, however slow the receiver is. It is the
 * sender that asks for credits, as only it knows how much it has under way: each answer costs both pages and the relay about as
 * much as a packet of data does. All integers are unsigned and big-endian:
 *
 * | Frame | Bytes |
 * |---|---|
 * | hello | type, version u8, own id u32, id heard from the other side u32 (0: none yet) |
 * | credit | type, limit u64: so many credits may have been spent since the beginning |
 * | taken | type, stream u32: its receiver has read it to the end |
 * | stop | type, stream u32: its receiver wants no more of it |
 * | give way | type: somebody acts in the session just now, so what is sent shall take little of what both share |
 * | ask | type: credits are wanted as soon as all data before it has been taken |
 * | open | type, sequence u32, stream u32, id of the stream (16 bytes, a UUID) |
 * | data | type, sequence u32, stream u32, payload (at least one byte) |
 * | asking data | the same; credits are wanted as soon as it has been taken |
 * | end | type, sequence u32, stream u32: the stream is complete |
 * | abort | type, sequence u32, stream u32: the sender gives the stream up |
 *
 * The last five are numbered without a gap: a gap means that the relay dropped something, because the permission was revoked
 * or somebody sent more than was granted. They cost credits: data by its length, and open for itself and its end or abort,
 * so that a stream can be ended when there is no room for anything else.
 */
export const BULK_PROTOCOL_VERSION = 2;

/**
 * One credit is worth one packet of this many bytes, begun or full: less than what an SCTP packet of the relay carries (1160
 * bytes). It is packets that are counted because the relay's SCTP (usrsctp) holds at most 512 of them for a receiver and
 * refuses further messages, whatever their size.
 */
export const BULK_PACKET_BYTES = 1152;

/** Credits of a window: as many packets as the relay can hold, with room left for frames that cost nothing. */
export const BULK_WINDOW_CREDITS = 448;

/**
 * The longest frame; whole packets, so that none is sent half empty. Each frame costs both pages some work of its own, whatever its
 * length; senders make shorter ones where little is under way or somebody acts (send-window.ts).
 */
export const BULK_FRAME_BYTES = 32 * BULK_PACKET_BYTES;

const NUMBERED_HEADER_BYTES = 9;
/** The most that one data frame carries. */
export const BULK_PAYLOAD_BYTES = BULK_FRAME_BYTES - NUMBERED_HEADER_BYTES;

const frameTypes = {
  hello: 1,
  credit: 2,
  taken: 3,
  stop: 4,
  open: 5,
  data: 6,
  end: 7,
  abort: 8,
  giveWay: 9,
  ask: 10,
  askingData: 11,
} as const;
const MAX_U32 = 0xffff_ffff;
const UUID_BYTES = 16;

/** A frame of a stream, before it has its number. */
export type UnnumberedFrame = { readonly stream: number } & (
  | { readonly type: "open"; readonly id: string }
  | { readonly type: "data"; readonly payload: Uint8Array; readonly asks: boolean }
  | { readonly type: "end" }
  | { readonly type: "abort" }
);
export type NumberedFrame = UnnumberedFrame & { readonly sequence: number };
/** What is said about streams and credits; it costs nothing. */
export type FreeFrame =
  | { readonly type: "hello"; readonly version: number; readonly own: number; readonly heard: number }
  | { readonly type: "credit"; readonly limit: number }
  | { readonly type: "taken"; readonly stream: number }
  | { readonly type: "stop"; readonly stream: number }
  | { readonly type: "giveWay" }
  | { readonly type: "ask" };
export type BulkFrame = NumberedFrame | FreeFrame;

/** Credits that the beginning and the end of a stream cost together. */
export const STREAM_CREDITS = 2;

/** Credits that a data frame with this payload costs. */
export function creditsOfPayload(payloadBytes: number): number {
  return Math.ceil((NUMBERED_HEADER_BYTES + payloadBytes) / BULK_PACKET_BYTES);
}

/** The most that a data frame of so many credits carries. */
export function payloadOfCredits(credits: number): number {
  return credits * BULK_PACKET_BYTES - NUMBERED_HEADER_BYTES;
}

/** Credits that are spent when a frame is sent. */
export function creditsOf(frame: UnnumberedFrame): number {
  switch (frame.type) {
    case "open":
      return STREAM_CREDITS;
    case "data":
      return creditsOfPayload(frame.payload.length);
    case "end":
    case "abort":
      return 0;
    default:
      return assertUnreachable(frame);
  }
}

/**
 * @param into room for BULK_FRAME_BYTES, which the frame is written into; without it the frame has memory of its own
 * @throws RangeError for a payload or a number that does not fit
 */
export function encodeBulkFrame(frame: BulkFrame, into?: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  switch (frame.type) {
    case "hello": {
      const [bytes, view] = begin("hello", 10, into);
      view.setUint8(1, frame.version);
      view.setUint32(2, u32(frame.own));
      view.setUint32(6, u32(frame.heard));
      return bytes;
    }
    case "credit": {
      const [bytes, view] = begin("credit", 9, into);
      view.setBigUint64(1, BigInt(frame.limit));
      return bytes;
    }
    case "taken":
    case "stop": {
      const [bytes, view] = begin(frame.type, 5, into);
      view.setUint32(1, u32(frame.stream));
      return bytes;
    }
    case "giveWay":
    case "ask":
      return begin(frame.type, 1, into)[0];
    case "open": {
      const bytes = numbered("open", frame, UUID_BYTES, into);
      bytes.set(uuidBytes(frame.id), NUMBERED_HEADER_BYTES);
      return bytes;
    }
    case "data": {
      const { length } = frame.payload;
      if (length === 0 || length > BULK_PAYLOAD_BYTES)
        throw new RangeError("A payload does not fit a frame.");
      const bytes = numbered(frame.asks ? "askingData" : "data", frame, length, into);
      bytes.set(frame.payload, NUMBERED_HEADER_BYTES);
      return bytes;
    }
    default:
      return numbered(frame.type, frame, 0, into);
  }
}

/** Reads a frame; the payload is a view of the same memory. @returns null for anything that is not exactly one frame */
export function parseBulkFrame(bytes: Uint8Array): BulkFrame | null {
  if (bytes.length === 0 || bytes.length > BULK_FRAME_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (view.getUint8(0)) {
    case frameTypes.hello:
      if (bytes.length !== 10) return null;
      return { type: "hello", version: view.getUint8(1), own: view.getUint32(2), heard: view.getUint32(6) };
    case frameTypes.credit: {
      if (bytes.length !== 9) return null;
      const limit = view.getBigUint64(1);
      return limit <= Number.MAX_SAFE_INTEGER ? { type: "credit", limit: Number(limit) } : null;
    }
    case frameTypes.taken:
      return bytes.length === 5 ? { type: "taken", stream: view.getUint32(1) } : null;
    case frameTypes.stop:
      return bytes.length === 5 ? { type: "stop", stream: view.getUint32(1) } : null;
    case frameTypes.giveWay:
      return bytes.length === 1 ? { type: "giveWay" } : null;
    case frameTypes.ask:
      return bytes.length === 1 ? { type: "ask" } : null;
    default:
      return parseNumbered(bytes, view);
  }
}

function parseNumbered(bytes: Uint8Array, view: DataView): NumberedFrame | null {
  if (bytes.length < NUMBERED_HEADER_BYTES) return null;
  const position = { sequence: view.getUint32(1), stream: view.getUint32(5) };
  const rest = bytes.subarray(NUMBERED_HEADER_BYTES);
  switch (view.getUint8(0)) {
    case frameTypes.open:
      return rest.length === UUID_BYTES ? { type: "open", ...position, id: uuidText(rest) } : null;
    case frameTypes.data:
      return rest.length > 0 ? { type: "data", ...position, payload: rest, asks: false } : null;
    case frameTypes.askingData:
      return rest.length > 0 ? { type: "data", ...position, payload: rest, asks: true } : null;
    case frameTypes.end:
      return rest.length === 0 ? { type: "end", ...position } : null;
    case frameTypes.abort:
      return rest.length === 0 ? { type: "abort", ...position } : null;
    default:
      return null;
  }
}

function begin(
  type: keyof typeof frameTypes,
  length: number,
  into: Uint8Array<ArrayBuffer> | undefined,
): [Uint8Array<ArrayBuffer>, DataView] {
  const bytes = into ? into.subarray(0, length) : new Uint8Array(length);
  bytes[0] = frameTypes[type];
  return [bytes, new DataView(bytes.buffer, bytes.byteOffset, length)];
}

function numbered(
  type: keyof typeof frameTypes,
  { sequence, stream }: NumberedFrame,
  restBytes: number,
  into: Uint8Array<ArrayBuffer> | undefined,
): Uint8Array<ArrayBuffer> {
  const [bytes, view] = begin(type, NUMBERED_HEADER_BYTES + restBytes, into);
  view.setUint32(1, u32(sequence));
  view.setUint32(5, u32(stream));
  return bytes;
}

function u32(value: number): number {
  if (!Number.isInteger(value) || value < 0 || value > MAX_U32)
    throw new RangeError(`${value} is not a u32.`);
  return value;
}

function uuidBytes(text: string): Uint8Array {
  const digits = text.replaceAll("-", "");
  if (!/^[0-9a-f]{32}$/i.test(digits)) throw new RangeError("A stream's id is a UUID.");
  return Uint8Array.from({ length: UUID_BYTES }, (_, at) =>
    Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  );
}

function uuidText(bytes: Uint8Array): string {
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
