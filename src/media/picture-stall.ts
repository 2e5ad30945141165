/** How often a picture is looked at. */
export const STALL_LOOK_MS = 250;
/** Until the first frame is there, a key frame is asked for at every second look. */
const FIRST_FRAME_LOOKS = 2;
/** So many looks in a row show a stall: what a retransmission can mend is mended in less time on most lines. */
const STALLED_LOOKS = 2;
/** A key frame that was asked for may take its time on a thin line; another one before it would make it later still. */
const PATIENT_LOOKS = 8;

/** What the browser has received of a picture so far. */
export interface Received {
  readonly framesDecoded: number;
  readonly packets: number;
  /** Requests for packets that are missing. */
  readonly nacks: number;
}

/**
 * Judges when a key frame is needed. A static screen sends no new frame of its own accord, so one is asked for until the first
 * has been decoded. Later on a browser waits up to three seconds for packets that went into a cut network, which nobody can send
 * again: a picture of which packets come and are missing, but no frame can be decoded, wants a key frame at once.
 */
export class PictureStall {
  #before: Received | null = null;
  #looks = 0;
  #stalled = 0;
  #patience = 0;

  /** To be called every {@link STALL_LOOK_MS}. @returns whether to ask for a key frame now */
  needsKeyFrame(now: Received): boolean {
    const before = this.#before;
    this.#before = now;
    this.#looks += 1;
    if (now.framesDecoded === 0) return this.#looks % FIRST_FRAME_LOOKS === 0;
    if (!before) return false;
    this.#patience = Math.max(0, this.#patience - 1);
    const isStalled =
      now.framesDecoded === before.framesDecoded && now.packets > before.packets && now.nacks > before.nacks;
    this.#stalled = isStalled ? this.#stalled + 1 : 0;
    if (this.#stalled < STALLED_LOOKS || this.#patience > 0) return false;
    this.#patience = PATIENT_LOOKS;
    return true;
  }
}
