/**
 * The headers of every page. Only what the product uses is allowed; a page that needs more must say so here.
 */

export interface PageSecurity {
  /** Fresh for every answer: scripts and style elements without it do not run. */
  readonly nonce: string;
  /** Whether browsers come over TLS. */
  readonly secure: boolean;
  /** Whether this is `next dev`, whose overlay and hot reload need eval and inline styles. */
  readonly development: boolean;
  /** Where the Client Tool is loaded from, if not from here. */
  readonly downloadOrigin?: string | undefined;
}

const HSTS = "max-age=63072000; includeSubDomains";

/** Capturing the screen and the camera of a phone are the product; everything else is switched off, for frames as well. */
const PERMISSIONS_POLICY = [
  "display-capture=(self)",
  "camera=(self)",
  "fullscreen=(self)",
  "clipboard-write=(self)",
  "microphone=()",
  "geolocation=()",
  "accelerometer=()",
  "gyroscope=()",
  "magnetometer=()",
  "midi=()",
  "payment=()",
  "usb=()",
  "serial=()",
  "hid=()",
].join(", ");

/** Content Security Policy, level 3: https://www.w3.org/TR/CSP3/ */
export function contentSecurityPolicy({ nonce, secure, development, downloadOrigin }: PageSecurity): string {
  const directives = {
    "default-src": "'self'",
    "script-src": `'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    "style-src": development ? "'self' 'unsafe-inline'" : `'self' 'nonce-${nonce}'`,
    // Positions of pointers and popovers are style attributes, which cannot carry a nonce.
    "style-src-attr": "'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    // Relays have origins of their own, and a company may add some at any time.
    "connect-src": [
      "'self'",
      ...(secure ? [] : ["ws:"]),
      "wss:",
      ...(downloadOrigin ? [downloadOrigin] : []),
    ].join(" "),
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "object-src": "'none'",
  };
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}

/** Everything beside the Content Security Policy. */
export function pageHeaders({ secure }: Pick<PageSecurity, "secure">): Readonly<Record<string, string>> {
  return {
    "permissions-policy": PERMISSIONS_POLICY,
    "x-content-type-options": "nosniff",
    // An address may hold a reception number.
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    ...(secure && { "strict-transport-security": HSTS }),
  };
}

/** The headers of every answer of the API, which is never a page. `next.config.mjs` has the same for the routes that Next serves. */
export const apiHeaders: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};
