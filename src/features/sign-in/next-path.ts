import { parseSameOriginPath } from "@/lib/same-origin-path";

/**
 * Where to go after signing in: a path of this site, never another one (OWASP ASVS 5.0, open redirects).
 *
 * @param wanted the `next` parameter as it came
 * @param fallback where to go when it is missing or points elsewhere
 */
export function nextPath<Fallback extends string | null>(
  wanted: string | string[] | undefined,
  fallback: Fallback,
): string | Fallback {
  return (typeof wanted === "string" ? parseSameOriginPath(wanted) : null) ?? fallback;
}
