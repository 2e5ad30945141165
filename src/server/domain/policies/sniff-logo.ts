import type { LogoMediaType } from "@/protocol/company-policy";

/**
 * What a picture is, told by its first bytes and never by its name. Kinds that can carry a script (SVG) are not among
 * them, and neither is a file that is two things at once further on: browsers are told the kind with `nosniff`.
 *
 * @returns null for anything else
 */
export function sniffLogo(bytes: Uint8Array): LogoMediaType | null {
  if (hasAt(bytes, 0, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "image/png";
  if (hasAt(bytes, 0, [0xff, 0xd8, 0xff])) return "image/jpeg";
  const isRiff = hasAt(bytes, 0, [0x52, 0x49, 0x46, 0x46]);
  if (isRiff && hasAt(bytes, 8, [0x57, 0x45, 0x42, 0x50, 0x56, 0x50, 0x38])) return "image/webp";
  return null;
}

function hasAt(bytes: Uint8Array, offset: number, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[offset + index] === byte);
}
