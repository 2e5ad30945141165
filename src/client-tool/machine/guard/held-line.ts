/** What is down on a machine by this tool's doing, in the order in which it went down. */
export interface Held {
  /** `KeyboardEvent.code` */
  readonly keys: readonly string[];
  /** `MouseEvent.button` */
  readonly buttons: readonly number[];
}

/** What a tool tells its guard: each line is all that is held from then on, or that it has let go of everything itself. */
export type GuardLine = { readonly is: "held"; readonly held: Held } | { readonly is: "over" };

const OVER = ".";

/** One line, without its end: codes and numbers with spaces between them. */
export function formatGuardLine(line: GuardLine): string {
  return line.is === "over" ? OVER : [...line.held.keys, ...line.held.buttons].join(" ");
}

export function readGuardLine(text: string): GuardLine {
  if (text === OVER) return { is: "over" };
  const words = text.split(" ").filter((word) => word !== "");
  const isNumber = (word: string) => /^\d+$/.test(word);
  return {
    is: "held",
    held: {
      keys: words.filter((word) => !isNumber(word)),
      buttons: words.filter(isNumber).map(Number),
    },
  };
}
