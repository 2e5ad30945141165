/** What is typed by a key because programs expect one, and what is typed by its characters. */
export type TypedPiece = { kind: "key"; code: "Enter" | "Tab" } | { kind: "text"; text: string };

/**
 * Cuts a text into what a keyboard would do: a line's end (LF, CR or both) is Return, a tab is Tab, other control characters and halves
 * of surrogate pairs are left out.
 *
 * @param maxLength the longest text of a piece in UTF-16 code units, at least 2; a surrogate pair is never cut in two
 */
export function typedPieces(text: string, maxLength = Number.POSITIVE_INFINITY): TypedPiece[] {
  const pieces: TypedPiece[] = [];
  let run = "";
  const flush = () => {
    if (run !== "") pieces.push({ kind: "text", text: run });
    run = "";
  };
  for (const character of text.replaceAll(/\r\n?/g, "\n")) {
    if (character === "\n" || character === "\t") {
      flush();
      pieces.push({ kind: "key", code: character === "\n" ? "Enter" : "Tab" });
    } else if (!/[\p{Cc}\p{Cs}]/u.test(character)) {
      if (run.length + character.length > maxLength) flush();
      run += character;
    }
  }
  flush();
  return pieces;
}
