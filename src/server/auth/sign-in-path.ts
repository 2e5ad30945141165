import { parseSameOriginPath } from "@/lib/same-origin-path";

/** Where operators sign in, where the people who run the service do, and where a sign-in goes on that needs one more step. */
const SIGN_IN_PATH = "/signin";
const PROVIDER_SIGN_IN_PATH = "/signin/provider";
const CONTINUE_SIGN_IN_PATH = "/signin/continue";

/** The sign-in page, which leads back to `next` afterwards, if that is a path of this server. */
export function signInPath(next: string): string {
  return withNext(SIGN_IN_PATH, next);
}

/** The provider's sign-in page, likewise. */
export function providerSignInPath(next: string): string {
  return withNext(PROVIDER_SIGN_IN_PATH, next);
}

/** The page of a sign-in's next step, likewise. */
export function continueSignInPath(next: string): string {
  return withNext(CONTINUE_SIGN_IN_PATH, next);
}

function withNext(page: string, next: string): string {
  const path = parseSameOriginPath(next);
  return path ? `${page}?${new URLSearchParams({ next: path })}` : page;
}
