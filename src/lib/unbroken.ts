/** A text that stays on one line: its spaces become such as lines are not broken at. For a date, a time, a duration in a narrow place. */
export function unbroken(text: string): string {
  return text.replace(/\s/gu, "\u00a0");
}
