import { TYPED_TEXT_MAX_LENGTH } from "@/protocol/control";

/**
 * Text in pieces that each fit into one message. Lines end with "\n" whatever they ended with before, and no character is cut
 * in two: a surrogate pair stays together.
 */
export function typedPieces(text: string): readonly string[] {
  const plain = text.replace(/\r\n?/g, "\n");
  const pieces: string[] = [];
  let start = 0;
  while (start < plain.length) {
    let end = Math.min(start + TYPED_TEXT_MAX_LENGTH, plain.length);
    if (end < plain.length && isHighSurrogate(plain.charCodeAt(end - 1))) end -= 1;
    pieces.push(plain.slice(start, end));
    start = end;
  }
  return pieces;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
