/**
 * Whether a browser has refused passkeys because it does not trust the site's certificate, although the person has let the page in: it asks
 * nothing then, and looks to a page like a person who said no, but for the words. Chromium: "WebAuthn is not supported on sites with TLS
 * certificate errors."
 */
export function isUntrustedSite(error: unknown): boolean {
  return error instanceof Error && error.name === "NotAllowedError" && /\bcertificate\b/i.test(error.message);
}
