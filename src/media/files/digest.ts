import { sha256 } from "@noble/hashes/sha2.js";

/** A state is kept every so many bytes... */
const KEPT_EVERY_BYTES = 4 * 1_048_576;
/** ...of the last so many: far more than can be under way when a connection is cut. */
const KEPT_STATES = 16;

type State = ReturnType<typeof sha256.create>;

/**
 * SHA-256 of a file that is read step by step. It can go back to where a receiver has got to, without beginning anew. Written in
 * JavaScript, as WebAssembly would need a weaker content security policy and the browser's own takes nothing but whole files.
 */
export class Digest {
  #state: State = sha256.create();
  #bytes = 0;
  #kept: { readonly bytes: number; readonly state: State }[] = [];

  /** So many bytes have been taken in. */
  get bytes(): number {
    return this.#bytes;
  }

  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const tillNext = KEPT_EVERY_BYTES - (this.#bytes % KEPT_EVERY_BYTES);
      const piece = bytes.subarray(at, at + tillNext);
      this.#state.update(piece);
      this.#bytes += piece.length;
      at += piece.length;
      if (this.#bytes % KEPT_EVERY_BYTES === 0) this.#keep();
    }
  }

  /** Goes back to the last known state that is not after `bytes`. @returns how many bytes have been taken in then */
  rewind(bytes: number): number {
    if (bytes >= this.#bytes) return this.#bytes;
    this.#kept = this.#kept.filter((one) => one.bytes <= bytes);
    const last = this.#kept.at(-1);
    this.#state = last ? last.state.clone() : sha256.create();
    this.#bytes = last?.bytes ?? 0;
    return this.#bytes;
  }

  /** The hash of what has been taken in; more may follow. */
  value(): Uint8Array {
    return this.#state.clone().digest();
  }

  #keep(): void {
    this.#kept.push({ bytes: this.#bytes, state: this.#state.clone() });
    if (this.#kept.length > KEPT_STATES) this.#kept.shift();
  }
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One hash over the hashes of a batch, in order. @param hashes null for a file that did not come */
export function digestOfDigests(hashes: readonly (Uint8Array | null | undefined)[]): string {
  const all = sha256.create();
  for (const hash of hashes) all.update(hash ?? new Uint8Array(32));
  return hexOf(all.digest());
}
