import { parseSameOriginPath } from "@/lib/same-origin-path";

/** Where the sign-in page is. */
const SIGN_IN_PATH = "/signin";

/** The sign-in page, which leads back to `next` afterwards, if that is a path of this server. */
export function signInPath(next: string): string {
  const path = parseSameOriginPath(next);
  return path ? `${SIGN_IN_PATH}?${new URLSearchParams({ next: path })}` : SIGN_IN_PATH;
}
