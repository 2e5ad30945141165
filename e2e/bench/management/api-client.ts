import { randomInt } from "node:crypto";
import superjson, { type SuperJSONResult } from "superjson";
import { z } from "zod";

const answerSchema = z.object({
  result: z.object({ data: z.unknown() }).optional(),
  error: z.object({ json: z.object({ message: z.string() }) }).optional(),
});
const csrfSchema = z.object({ csrfToken: z.string() });
const signInAnswerSchema = z.object({ url: z.string() });

/** An address that nobody has used before, from the range for benchmarks (RFC 2544). */
export function freshAddress(): string {
  return `198.18.${randomInt(256)}.${randomInt(1, 255)}`;
}

/** One browser without a browser: cookies, an address of its own, and the API. */
export class ApiClient {
  readonly #url: string;
  readonly #address: string;
  readonly #cookies = new Map<string, string>();

  /** @param address what the proxy in front would tell; the product under test believes loopback proxies */
  constructor(url: string, address = freshAddress()) {
    this.#url = url;
    this.#address = address;
  }

  /** The headers of this browser's requests. */
  get headers(): Record<string, string> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    return { origin: this.#url, "x-forwarded-for": this.#address, ...(cookie && { cookie }) };
  }

  /** @throws Error with the refusal's code */
  async signIn(credentials: Record<string, string>): Promise<void> {
    const csrf = await this.#request("/api/auth/csrf", {});
    const { csrfToken } = csrfSchema.parse(await csrf.json());
    const answer = await this.#request("/api/auth/callback/operator", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ ...credentials, csrfToken, json: "true" }),
    });
    const { url } = signInAnswerSchema.parse(await answer.json());
    const refusal = new URL(url, this.#url).searchParams.get("error");
    if (refusal !== null) throw new Error(refusal);
  }

  /** @throws Error with the refusal's code */
  async mutate(path: string, input: unknown): Promise<unknown> {
    return this.#read(
      await this.#request(`/api/trpc/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(superjson.serialize(input)),
      }),
    );
  }

  /** @throws Error with the refusal's code */
  async query(path: string, input?: unknown): Promise<unknown> {
    return this.#read(await this.#request(queryPath(path, input), {}));
  }

  async #read(response: Response): Promise<unknown> {
    const { result, error } = answerSchema.parse(await response.json());
    if (error) throw new Error(error.json.message);
    return superjson.deserialize(result?.data as SuperJSONResult);
  }

  async #request(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(`${this.#url}${path}`, {
      ...init,
      headers: { ...this.headers, ...Object.fromEntries(new Headers(init.headers)) },
      redirect: "manual",
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }
}

/** The path of a query, as tRPC's HTTP link would ask it. */
export function queryPath(path: string, input?: unknown): string {
  if (input === undefined) return `/api/trpc/${path}`;
  return `/api/trpc/${path}?input=${encodeURIComponent(JSON.stringify(superjson.serialize(input)))}`;
}
