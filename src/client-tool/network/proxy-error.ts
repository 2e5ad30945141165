export const PROXY_FAILED = "PROXY_FAILED";

/** The proxy opens no way to the service. */
export class ProxyError extends Error {
  readonly code = PROXY_FAILED;
}
