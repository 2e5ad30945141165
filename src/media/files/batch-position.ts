/** A place in a batch: so many bytes of this file, and all of those before it. */
export interface BatchPosition {
  readonly file: number;
  readonly offset: number;
}

/** Where each file of a batch begins, counted in bytes of the whole; one more than there are files. */
export function startsOf(sizes: readonly number[]): Float64Array {
  const starts = new Float64Array(sizes.length + 1);
  for (const [file, size] of sizes.entries()) starts[file + 1] = (starts[file] ?? 0) + size;
  return starts;
}

/** The first files that have no hash, because they could not be read. */
export function placesOfNull(hashes: readonly (Uint8Array | null)[], atMost: number): number[] {
  const places: number[] = [];
  for (const [file, hash] of hashes.entries()) {
    if (places.length === atMost) break;
    if (hash === null) places.push(file);
  }
  return places;
}

/** All bytes of a batch before a place. */
export function bytesBefore(starts: Float64Array, { file, offset }: BatchPosition): number {
  return (starts[file] ?? 0) + offset;
}
