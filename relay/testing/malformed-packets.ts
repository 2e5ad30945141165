import { randomBytes, randomInt } from "node:crypto";
import { bindingRequest } from "./binding-request";
import { VIDEO_SSRC } from "./native-peer";

/** DTLS 1.2 (RFC 6347, 4.1): the content types of its records. */
const CHANGE_CIPHER_SPEC = 20;
const ALERT = 21;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
/** More than any real datagram, and about as much as one can hold. */
const HUGE_BYTES = 60_000;

type Mutation = (packet: Buffer) => Buffer;

const mutations: readonly Mutation[] = [
  // Cut off.
  (packet) => packet.subarray(0, randomInt(1, Math.max(2, packet.length))),
  // A bit the other way.
  (packet) => overwritten(packet, randomInt(packet.length), (byte) => byte ^ (1 << randomInt(8))),
  // The largest number where a length or a count may stand.
  (packet) => overwritten(packet, randomInt(Math.min(packet.length, 32)), () => 0xff),
  (packet) => overwritten(packet, randomInt(Math.min(packet.length, 32)), () => 0),
  // The right beginning and anything after it.
  (packet) => Buffer.concat([packet.subarray(0, Math.ceil(packet.length / 2)), randomBytes(packet.length)]),
  (packet) => Buffer.concat([packet, randomBytes(1_400)]),
];

/**
 * Packets made from real ones so that none of them is right any more: what a connectivity check, a DTLS record, SRTP or SCTP in DTLS
 * look like with one fault.
 *
 * @param real packets of those kinds as they were on the wire
 */
export function spoiled(real: readonly Buffer[], count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => {
    const packet = real[index % real.length] ?? Buffer.alloc(1);
    const mutate = mutations[randomInt(mutations.length)];
    const changed = mutate?.(packet) ?? packet;
    return changed.equals(packet) ? Buffer.concat([packet, Buffer.alloc(1)]) : changed;
  });
}

/**
 * Packets that say, unprotected, what ends connections and makes parsers read too far.
 *
 * @param usernameFragment of one of the relay's transports, so that they get as far as its state
 */
export function hostilePackets(usernameFragment: string): Buffer[] {
  return [
    ...stun(usernameFragment),
    ...dtls(),
    ...rtp(),
    ...rtcp(),
    Buffer.alloc(0),
    Buffer.alloc(1),
    Buffer.alloc(HUGE_BYTES, 0xff),
    // The first byte tells the protocols apart (RFC 7983): each of its values once.
    ...Array.from({ length: 256 }, (_, first) => Buffer.concat([Buffer.from([first]), randomBytes(40)])),
  ];
}

function stun(usernameFragment: string): Buffer[] {
  const check = bindingRequest(`${usernameFragment}:client`, { password: "not the password" });
  const ofType = (type: number) => {
    const packet = Buffer.from(check);
    packet.writeUInt16BE(type, 0);
    return packet;
  };
  const withLength = (offset: number, length: number) => {
    const packet = Buffer.from(check);
    packet.writeUInt16BE(length, offset);
    return packet;
  };
  return [
    check,
    // An indication, answers that nobody waits for, and a method that there is not (RFC 8489, 5).
    ...[0x0011, 0x0101, 0x0111, 0x0002, 0x3fff].map(ofType),
    ...[0, 3, 0x7fff, 0xffff].flatMap((length) => [withLength(2, length), withLength(22, length)]),
    bindingRequest(`${usernameFragment}:${"x".repeat(900)}`),
    bindingRequest(null),
    bindingRequest(""),
  ];
}

function dtls(): Buffer[] {
  const alerts = [0, 10, 20, 40, 50, 90].flatMap((description) => [
    record(ALERT, Buffer.from([2, description])),
    record(ALERT, Buffer.from([1, description]), { epoch: 1 }),
  ]);
  // A handshake message of 16 MB, of which this is the first byte; and fragments that lie outside of theirs.
  const fragment = (type: number, length: number, offset: number, size: number) => {
    const header = Buffer.alloc(12);
    header.writeUInt8(type, 0);
    header.writeUIntBE(length, 1, 3);
    header.writeUIntBE(offset, 6, 3);
    header.writeUIntBE(size, 9, 3);
    return record(HANDSHAKE, Buffer.concat([header, randomBytes(1)]));
  };
  return [
    ...alerts,
    fragment(1, 0xff_ffff, 0, 1),
    fragment(1, 10, 0xff_ffff, 0xff_ffff),
    fragment(20, 1, 0, 1),
    fragment(0, 0, 0, 0),
    record(CHANGE_CIPHER_SPEC, Buffer.from([1])),
    record(APPLICATION_DATA, randomBytes(200), { epoch: 1 }),
    record(APPLICATION_DATA, randomBytes(200), { epoch: 0xffff }),
    record(HANDSHAKE, randomBytes(200), { length: 0xffff }),
    record(HANDSHAKE, Buffer.alloc(0)),
    record(HANDSHAKE, randomBytes(200)).subarray(0, 12),
  ];
}

function record(
  type: number,
  body: Buffer,
  { epoch = 0, length = body.length }: { epoch?: number; length?: number } = {},
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt8(type, 0);
  header.writeUInt16BE(0xfefd, 1);
  header.writeUInt16BE(epoch, 3);
  header.writeUIntBE(randomInt(1, 1_000), 5, 6);
  header.writeUInt16BE(length, 11);
  return Buffer.concat([header, body]);
}

/** In the name of the stream that is really sent, with whatever for an authentication tag. */
function rtp(): Buffer[] {
  const packet = (flags: number, payload: Buffer) => {
    const header = Buffer.alloc(12);
    header.writeUInt8(flags, 0);
    header.writeUInt8(96, 1);
    header.writeUInt16BE(randomInt(65_536), 2);
    header.writeUInt32BE(VIDEO_SSRC, 8);
    return Buffer.concat([header, payload]);
  };
  return [
    packet(0x80, randomBytes(100)),
    packet(0x80, Buffer.alloc(0)),
    // Fifteen contributing sources, an extension of 256 KB, and padding longer than the packet.
    packet(0x8f, randomBytes(10)),
    packet(0x90, Buffer.concat([Buffer.from([0xbe, 0xde, 0xff, 0xff]), randomBytes(20)])),
    packet(0xa0, Buffer.from([0xff])),
    packet(0xbf, randomBytes(1_400)),
  ];
}

function rtcp(): Buffer[] {
  // Sender and receiver reports, BYE, feedback about packets and pictures, and XR (RFC 3550, 4585, 3611).
  return [200, 201, 202, 203, 204, 205, 206, 207].flatMap((type) =>
    [0, 1, 6, 0xffff].flatMap((words) => {
      const header = Buffer.alloc(8);
      header.writeUInt8(0x9f, 0);
      header.writeUInt8(type, 1);
      header.writeUInt16BE(words, 2);
      header.writeUInt32BE(VIDEO_SSRC, 4);
      return [header.subarray(0, 4), Buffer.concat([header, randomBytes(24 + 14)])];
    }),
  );
}

function overwritten(packet: Buffer, offset: number, change: (byte: number) => number): Buffer {
  const changed = Buffer.from(packet);
  changed[offset] = change(changed[offset] ?? 0);
  return changed;
}
