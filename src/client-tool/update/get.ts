import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { Network } from "../network/network";

/** No byte for so long is a cut. */
const SILENCE_TIMEOUT_MS = 15_000;
const MAX_REDIRECTS = 3;

export interface GetOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** An answer whose body has not been read: read it, or destroy it. */
export interface GetAnswer {
  /** After redirects. */
  readonly url: URL;
  readonly response: IncomingMessage;
}

/**
 * A GET as it is: the body is neither decoded nor read. Follows redirects, though never from HTTPS to HTTP.
 *
 * @throws Error with a system's or TLS code when nothing was answered
 */
export async function get(network: Network, url: URL, options: GetOptions = {}): Promise<GetAnswer> {
  let at = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const response = await network.reach(at, (connect) => request(at, options, connect));
    const { location } = response.headers;
    if (!isRedirect(response.statusCode) || location === undefined) return { url: at, response };
    response.destroy();
    const next = new URL(location, at);
    if (next.protocol !== "https:" && next.protocol !== at.protocol) {
      throw new Error(`${at.origin} leads away from HTTPS.`);
    }
    at = next;
  }
  throw new Error(`${url.origin} leads from one address to the next.`);
}

function isRedirect(status: number | undefined): boolean {
  return status !== undefined && [301, 302, 303, 307, 308].includes(status);
}

function request(
  url: URL,
  { headers = {}, signal }: GetOptions,
  connect: https.RequestOptions,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = (url.protocol === "https:" ? https : http).get(url, {
      headers,
      timeout: SILENCE_TIMEOUT_MS,
      ...connect,
      ...(signal ? { signal } : {}),
    });
    sent.once("response", resolve);
    sent.once("timeout", () => sent.destroy(new Error(`${url.host} is silent.`)));
    sent.once("error", reject);
  });
}
