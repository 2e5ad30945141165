/** What a person does in a page before and while an operator's action goes out: a click comes after the way to it. */
const inputEvents = ["pointermove", "pointerdown", "wheel", "keydown"] as const;

/**
 * Tells of each sign that somebody acts in this page.
 *
 * @returns stops it
 */
export function watchLocalInput(onInput: () => void): () => void {
  const listening = new AbortController();
  for (const event of inputEvents) {
    // Before anything in the page can keep it to itself, and without a say in what becomes of it.
    window.addEventListener(event, onInput, { capture: true, passive: true, signal: listening.signal });
  }
  return () => listening.abort();
}
