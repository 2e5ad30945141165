/** So many pieces are read while the one before is sent: a browser takes about a millisecond for each, however small. */
const PIECES_AHEAD = 4;

/** The next bytes of a batch. */
export interface FilePiece {
  readonly file: number;
  readonly offset: number;
  /** None for an empty file; null when the file cannot be read. */
  readonly bytes: Uint8Array<ArrayBuffer> | null;
  readonly isLast: boolean;
}

type Wanted = Omit<FilePiece, "bytes"> & { readonly length: number };

/**
 * Reads files one after another, a few pieces ahead of whoever takes them.
 *
 * @param from where to begin in the first of them
 */
export async function* readAhead(
  files: readonly Blob[],
  from: { readonly file: number; readonly offset: number },
  pieceBytes: number,
): AsyncGenerator<FilePiece, void, undefined> {
  const ahead: Promise<FilePiece>[] = [];
  for (const wanted of pieces(files, from, pieceBytes)) {
    ahead.push(read(files, wanted));
    if (ahead.length > PIECES_AHEAD) for (const next of ahead.splice(0, 1)) yield await next;
  }
  for (const next of ahead) yield await next;
}

function* pieces(
  files: readonly Blob[],
  from: { readonly file: number; readonly offset: number },
  pieceBytes: number,
): Generator<Wanted, void, undefined> {
  for (let file = from.file; file < files.length; file += 1) {
    const size = files[file]?.size ?? 0;
    let offset = file === from.file ? from.offset : 0;
    do {
      const length = Math.min(pieceBytes, size - offset);
      yield { file, offset, length, isLast: offset + length === size };
      offset += length;
    } while (offset < size);
  }
}

async function read(files: readonly Blob[], { length, ...piece }: Wanted): Promise<FilePiece> {
  if (length === 0) return { ...piece, bytes: new Uint8Array() };
  try {
    const blob = files[piece.file]?.slice(piece.offset, piece.offset + length);
    const bytes = new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer());
    return { ...piece, bytes: bytes.length === length ? bytes : null };
  } catch {
    // Changed or removed since it was chosen, or not this person's to read.
    return { ...piece, bytes: null };
  }
}
