/** An origin that nobody has (RFC 2606), to find out whether a reference leaves the own one. */
const OWN = "http://own.invalid";

/**
 * A path on this server out of something from outside, as the `next` of a sign-in page; null when it leads elsewhere.
 * Browsers read `//host`, `/\host` and addresses with tabs or line feeds in them as other origins, so the URL parser that
 * they share with us decides (WHATWG URL, 4.4).
 */
export function parseSameOriginPath(text: string | null | undefined): string | null {
  if (!text?.startsWith("/") || !URL.canParse(text, OWN)) return null;
  const url = new URL(text, OWN);
  // `/.//host` is a path of ours now, and another host when what comes out of here (`//host`) is parsed again.
  if (url.origin !== OWN || url.pathname.startsWith("//")) return null;
  return `${url.pathname}${url.search}${url.hash}`;
}
