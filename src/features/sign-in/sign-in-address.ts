/** Pages around signing in, and how they hand things on. None of it is secret. */

/** The page that asks for what is still missing, and goes on to `next` at once when nothing is. */
export function continuePath(next: string | null): string {
  return next === null ? "/signin/continue" : `/signin/continue?${new URLSearchParams({ next })}`;
}

/** What the sign-in page and the page for forgotten passwords fill in for their reader. */
export interface FilledIn {
  readonly companyCode: string | null;
  readonly code: string | null;
}

/** Where a forgotten password is replaced; `companyCode` null in `filledIn` is left to what the browser remembers. */
export function forgotPasswordPath(kind: "operator" | "provider"): string {
  return kind === "provider" ? "/forgot-password?for=provider" : "/forgot-password";
}

/** A search parameter that holds one text; anything else is none. */
export function oneText(value: string | string[] | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
