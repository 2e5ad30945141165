import nextAuthModule, { type AuthOptions } from "next-auth";
import { AppError } from "@/lib/app-error";
import { parseJson } from "@/lib/parse-json";
import { commonJsDefault } from "@/server/auth/common-js-default";
import { parseCookies } from "@/server/auth/cookies";
import { createNextAuthOptions } from "@/server/auth/next-auth-options";
import { errorResponse } from "@/server/http/error-response";
import { mayChangeThings, ownOrigins } from "@/server/http/own-origin";
import { withLimitedBody } from "@/server/http/read-limited-body";
import { getServerParts, type ServerParts } from "./context";

/** Where next-auth's routes are served. */
const AUTH_ENDPOINT = "/api/auth";
const MAX_FORM_BYTES = 16_384;

/** Answers one HTTP request to next-auth's routes. */
export function handleAuthRequest(request: Request): Promise<Response> {
  return answerAuthRequest(request, getServerParts());
}

/**
 * The same with the parts of a test. next-auth has a CSRF token of its own; the origin is checked as everywhere, so that signing in
 * cannot be forged either.
 */
export async function answerAuthRequest(request: Request, parts: ServerParts): Promise<Response> {
  if (request.method !== "GET" && request.method !== "POST") {
    return new Response(null, { status: 405, headers: { allow: "GET, POST" } });
  }
  if (request.method === "POST" && !mayChangeThings(request.headers, ownOrigins(parts.env))) {
    return errorResponse(new AppError("ORIGIN_REFUSED"));
  }
  // next-auth reads its own address from the environment alone.
  process.env.NEXTAUTH_URL = parts.env.PUBLIC_URL.origin;
  try {
    const url = new URL(request.url);
    const answer = new Answer();
    await nextAuth(createNextAuthOptions(parts))(
      {
        method: request.method,
        headers: Object.fromEntries(request.headers),
        cookies: readCookies(request.headers),
        query: { ...Object.fromEntries(url.searchParams), nextauth: readSegments(url) },
        body: request.method === "POST" ? await readForm(request) : undefined,
      },
      answer,
    );
    return answer.toResponse();
  } catch (error) {
    if (error instanceof AppError) return errorResponse(error);
    throw error;
  }
}

/**
 * next-auth's entry for servers whose request and answer are plain objects. The one for Next's route handlers asks Next for cookies
 * and headers, which are there only when Next has routed the request.
 */
type NextAuth = (options: AuthOptions) => (request: AuthRequest, answer: Answer) => Promise<void>;

const nextAuth: NextAuth = commonJsDefault(nextAuthModule);

interface AuthRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** What next-auth answers, gathered for a `Response`. */
class Answer {
  readonly #headers = new Headers();
  #setCookies: readonly string[] = [];
  #status = 200;
  #body: string | null = null;

  status(status: number): this {
    this.#status = status;
    return this;
  }

  getHeader(name: string): string | readonly string[] | undefined {
    return name.toLowerCase() === "set-cookie" ? this.#setCookies : (this.#headers.get(name) ?? undefined);
  }

  setHeader(name: string, value: string | readonly string[]): this {
    if (name.toLowerCase() === "set-cookie") this.#setCookies = [value].flat();
    else this.#headers.set(name, [value].flat().join(", "));
    return this;
  }

  json(body: unknown): void {
    this.#headers.set("content-type", "application/json");
    this.#body = JSON.stringify(body);
  }

  send(body: unknown): void {
    if (typeof body === "object" && body !== null) this.json(body);
    else this.#body = body === undefined || body === null ? null : String(body);
  }

  end(): void {}

  toResponse(): Response {
    for (const line of this.#setCookies) this.#headers.append("set-cookie", line);
    this.#headers.set("cache-control", "no-store");
    return new Response(this.#body, { status: this.#status, headers: this.#headers });
  }
}

/** What follows the endpoint in the path: the action, and the provider. */
function readSegments({ pathname }: URL): string[] {
  return pathname
    .slice(AUTH_ENDPOINT.length + 1)
    .split("/")
    .map(decoded);
}

function readCookies(headers: Headers): Record<string, string> {
  const cookies = [...parseCookies(headers.get("cookie"))];
  return Object.fromEntries(cookies.map(([name, value]) => [name, decoded(value)]));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not of our making: as it is.
    return text;
  }
}

/** @throws AppError `TOO_LARGE`; `BAD_REQUEST` when the client went away while sending */
async function readForm(request: Request): Promise<Record<string, unknown> | undefined> {
  const type = request.headers.get("content-type") ?? "";
  const text = await readText(request);
  if (type.includes("application/x-www-form-urlencoded"))
    return Object.fromEntries(new URLSearchParams(text));
  if (!type.includes("application/json")) return undefined;
  const body = parseJson(text);
  return typeof body === "object" && body !== null ? { ...body } : undefined;
}

async function readText(request: Request): Promise<string> {
  try {
    return await (await withLimitedBody(request, MAX_FORM_BYTES)).text();
  } catch (error) {
    throw error instanceof AppError ? error : new AppError("BAD_REQUEST", { cause: error });
  }
}
