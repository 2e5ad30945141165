/**
 * Where to go after signing in: a path of this site, never another one (OWASP ASVS 5.0, open redirects).
 *
 * @param wanted the `next` parameter as it came
 * @param fallback where to go when it is missing or points elsewhere
 */
export function nextPath(wanted: string | string[] | undefined, fallback: string): string {
  if (typeof wanted !== "string" || !wanted.startsWith("/")) return fallback;
  try {
    // The browser's own reading counts: it takes `/\host` and `//host`, also with tabs in between, for other sites.
    const base = "http://this-site.invalid";
    const url = new URL(wanted, base);
    return url.origin === base ? `${url.pathname}${url.search}${url.hash}` : fallback;
  } catch {
    return fallback;
  }
}
