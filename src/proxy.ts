import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { getEnvironment, isSecure } from "@/env";
import { contentSecurityPolicy, pageHeaders } from "@/server/http/security-headers";

const NONCE_BYTES = 16;
/** `/icon.svg` and the like: files of `public`, which browsers may keep. */
const FILE_PATH = /\.[a-z0-9]+$/i;

/** Puts the security headers on every page. Next reads the nonce from the request's policy; layouts read `x-nonce`. */
export function proxy(request: NextRequest): NextResponse {
  const env = getEnvironment();
  const nonce = randomBytes(NONCE_BYTES).toString("base64");
  const security = {
    nonce,
    secure: isSecure(env),
    development: env.NODE_ENV === "development",
    downloadOrigin: env.DOWNLOAD_URL?.origin,
  };
  const policy = contentSecurityPolicy(security);

  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("content-security-policy", policy);

  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  for (const [name, value] of Object.entries(pageHeaders(security))) response.headers.set(name, value);
  if (!FILE_PATH.test(request.nextUrl.pathname)) response.headers.set("cache-control", "no-store");
  return response;
}

export const config = {
  // The API and the companies' logos set their own headers, and built files are the same for everybody for ever.
  matcher: ["/((?!api/|logo/|_next/static/|_next/image).*)"],
};
