import Bowser from "bowser";

/** A browser as its owner would call it; null where the header says nothing that is known. */
export interface BrowserDescription {
  readonly browser: string | null;
  readonly os: string | null;
  readonly isPhone: boolean;
}

/** Longer than any that browsers send; more is not parsed. */
const MAX_LENGTH = 300;

/** Reads the `User-Agent` header of a sign-in. */
export function describeBrowser(userAgent: string): BrowserDescription {
  // Bowser throws on an empty text.
  if (userAgent.trim() === "") return { browser: null, os: null, isPhone: false };
  const { browser, os, platform } = Bowser.parse(userAgent.slice(0, MAX_LENGTH));
  return {
    browser: browser.name || null,
    os: os.name || null,
    isPhone: platform.type === "mobile" || platform.type === "tablet",
  };
}
