import {
  STUN_BINDING_REQUEST,
  STUN_HEADER_BYTES,
  STUN_MAGIC_COOKIE,
  serverFragmentOf,
} from "./stun-username";

/** RFC 4571: each message on a TCP connection follows its length, two bytes long. */
const FRAME_HEADER_BYTES = 2;
/** An ICE connectivity check has about 100 bytes; one of more than a packet is none. */
const MAX_CHECK_BYTES = 1_500;
/** Nothing that is told apart here needs more bytes to be recognised. */
export const MAX_FIRST_BYTES = FRAME_HEADER_BYTES + MAX_CHECK_BYTES;

const TLS_HANDSHAKE_RECORD = 0x16;
const TLS_MAJOR_VERSION = 0x03;

export type FirstBytes =
  | { kind: "undecided" }
  | { kind: "tls" }
  | { kind: "http" }
  | { kind: "ice"; serverFragment: string }
  | { kind: "unknown" };

/**
 * Which protocol a connection speaks, told by the bytes it begins with.
 *
 * A TLS record of a handshake begins with 0x16 0x03 (RFC 8446, 5.1); a method of HTTP with a capital letter; ICE over TCP with a
 * frame (RFC 4571, RFC 6544) that holds a STUN Binding Request, so that its first byte is at most 0x05. No two of them overlap.
 *
 * @param bytes what has arrived so far; whatever cannot become one of the three any more is `unknown` at once
 */
export function tellFirstBytes(bytes: Buffer): FirstBytes {
  const first = bytes[0];
  if (first === undefined) return { kind: "undecided" };
  if (first === TLS_HANDSHAKE_RECORD) {
    if (bytes.length < 2) return { kind: "undecided" };
    return { kind: bytes[1] === TLS_MAJOR_VERSION ? "tls" : "unknown" };
  }
  if (first >= 0x41 && first <= 0x5a) return { kind: "http" };
  return tellConnectivityCheck(bytes);
}

function tellConnectivityCheck(bytes: Buffer): FirstBytes {
  if (bytes.length < FRAME_HEADER_BYTES) {
    return { kind: (bytes[0] ?? 0) <= MAX_CHECK_BYTES >> 8 ? "undecided" : "unknown" };
  }
  const length = bytes.readUInt16BE(0);
  if (length < STUN_HEADER_BYTES || length > MAX_CHECK_BYTES || length % 4 !== 0) return { kind: "unknown" };
  const expected = checkHeader(length);
  const comparable = Math.min(bytes.length, expected.length);
  if (expected.compare(bytes, 0, comparable, 0, comparable) !== 0) return { kind: "unknown" };
  if (bytes.length < FRAME_HEADER_BYTES + length) return { kind: "undecided" };
  const serverFragment = serverFragmentOf(bytes.subarray(FRAME_HEADER_BYTES, FRAME_HEADER_BYTES + length));
  return serverFragment === undefined ? { kind: "unknown" } : { kind: "ice", serverFragment };
}

/** The bytes that a framed Binding Request of this length must begin with, up to its transaction id. */
function checkHeader(length: number): Buffer {
  const header = Buffer.alloc(10);
  header.writeUInt16BE(length, 0);
  header.writeUInt16BE(STUN_BINDING_REQUEST, 2);
  header.writeUInt16BE(length - STUN_HEADER_BYTES, 4);
  header.writeUInt32BE(STUN_MAGIC_COOKIE, 6);
  return header;
}
