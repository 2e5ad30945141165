/**
 * Whether somebody has begun to fill in the page before its scripts ran. Then nothing may be put into a field or take the
 * focus away: what is typed at this moment would end up beside what was filled in.
 */
export function isTyping(): boolean {
  return document.activeElement instanceof HTMLInputElement;
}
