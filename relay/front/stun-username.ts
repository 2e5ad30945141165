/** STUN (RFC 8489): header of 20 bytes, then attributes of type, length and value, each padded to 4 bytes. */
export const STUN_HEADER_BYTES = 20;
export const STUN_BINDING_REQUEST = 0x0001;
export const STUN_MAGIC_COOKIE = 0x2112_a442;
const ATTRIBUTE_HEADER_BYTES = 4;
const USERNAME_ATTRIBUTE = 0x0006;
/** RFC 8839, 5.4: 4 to 256 characters of `ice-char`. */
const SERVER_FRAGMENT = /^([A-Za-z0-9+/]{4,256}):/;

/**
 * The user name fragment of the side that is asked, out of a STUN Binding Request of ICE, whose USERNAME is
 * `<fragment of the asked>:<fragment of the asker>` (RFC 8445, 7.2.2).
 *
 * @param message one whole STUN message; its lengths are not believed but checked
 * @returns undefined when it is no such request or its USERNAME is missing or malformed
 */
export function serverFragmentOf(message: Buffer): string | undefined {
  if (message.length < STUN_HEADER_BYTES) return undefined;
  if (message.readUInt16BE(0) !== STUN_BINDING_REQUEST) return undefined;
  if (message.readUInt16BE(2) !== message.length - STUN_HEADER_BYTES) return undefined;
  if (message.readUInt32BE(4) !== STUN_MAGIC_COOKIE) return undefined;
  let offset = STUN_HEADER_BYTES;
  while (offset + ATTRIBUTE_HEADER_BYTES <= message.length) {
    const type = message.readUInt16BE(offset);
    const start = offset + ATTRIBUTE_HEADER_BYTES;
    const end = start + message.readUInt16BE(offset + 2);
    if (end > message.length) return undefined;
    if (type === USERNAME_ATTRIBUTE) return SERVER_FRAGMENT.exec(message.toString("latin1", start, end))?.[1];
    offset = Math.ceil(end / 4) * 4;
  }
  return undefined;
}
