import { createHmac, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";

const MAGIC_COOKIE = 0x2112_a442;

interface RequestOptions {
  /** Attributes that come first. */
  before?: Buffer;
  /** The asked side's ICE password: adds USE-CANDIDATE, PRIORITY, MESSAGE-INTEGRITY and FINGERPRINT, as a browser's check has them. */
  password?: string;
}

/** A STUN Binding Request of ICE (RFC 8489, RFC 8445). */
export function bindingRequest(username: string | null, { before, password }: RequestOptions = {}): Buffer {
  const attributes = [before ?? Buffer.alloc(0)];
  if (username !== null) attributes.push(attribute(0x0006, Buffer.from(username, "latin1")));
  if (password === undefined) return message(attributes);
  attributes.push(attribute(0x0024, Buffer.from([0x6e, 0x00, 0x1e, 0xff])));
  attributes.push(attribute(0x802a, randomBytes(8)));
  attributes.push(attribute(0x0025, Buffer.alloc(0)));
  const transactionId = randomBytes(12);
  // Each of the two covers the message before it, with a length as if it were in it already (RFC 8489, 14.5 and 14.7).
  const integrity = createHmac("sha1", password)
    .update(message(attributes, transactionId, 24))
    .digest();
  attributes.push(attribute(0x0008, integrity));
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE((crc32(message(attributes, transactionId, 8)) ^ 0x5354_554e) >>> 0);
  attributes.push(attribute(0x8028, checksum));
  return message(attributes, transactionId);
}

/** A message behind its length, as it stands on a TCP connection (RFC 4571). */
export function framed(content: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(content.length);
  return Buffer.concat([length, content]);
}

function message(attributes: Buffer[], transactionId = randomBytes(12), announced = 0): Buffer {
  const body = Buffer.concat(attributes);
  const header = Buffer.alloc(8);
  header.writeUInt16BE(0x0001, 0);
  header.writeUInt16BE(body.length + announced, 2);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  return Buffer.concat([header, transactionId, body]);
}

function attribute(type: number, value: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}
