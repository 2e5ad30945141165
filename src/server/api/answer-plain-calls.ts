import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type AnyTRPCProcedure,
  type AnyTRPCRouter,
  callTRPCProcedure,
  getErrorShape,
  getTRPCErrorFromUnknown,
  TRPCError,
  transformTRPCResponse,
} from "@trpc/server";
import { MAX_BODY_BYTES } from "@/server/http/read-limited-body";
import { apiHeaders } from "@/server/http/security-headers";
import { createApiContext, type RequestHeaders, type ServerParts } from "./context";
import { MAX_BATCH_SIZE, TRPC_ENDPOINT } from "./endpoint";
import { httpStatus } from "./error-formatter";
import { appRouter } from "./root";

/**
 * The API's everyday: queries by GET and mutations by POST with JSON, one or a batch. They are read from Node's request and written
 * to its answer, without the two copies of either that the Fetch API's objects are; that is most of the time that a small call takes.
 * What is done with a call is tRPC's own, as are the words of the answer.
 */

type Method = "GET" | "POST";
const TYPE_OF_METHOD = { GET: "query", POST: "mutation" } as const satisfies Record<Method, string>;

/** Calls that are as they should be. */
export interface PlainCalls {
  readonly type: "query" | "mutation";
  readonly paths: readonly string[];
  readonly isBatch: boolean;
  /** What stands in the address; undefined: nothing, or it is in the body. */
  readonly input: string | undefined;
}

/**
 * The calls of a request, when there is nothing special about them. Null: tRPC's own adapter is to answer, be it with a stream, be it
 * with a refusal.
 */
export function readPlainCalls(
  request: Pick<IncomingMessage, "url" | "method" | "headers">,
): PlainCalls | null {
  const { method, headers, url = "" } = request;
  if (method !== "GET" && method !== "POST") return null;
  if (headers["trpc-accept"] !== undefined || headers.accept === "application/jsonl") return null;
  if (!(method === "GET" ? headers["content-type"] === undefined : isPlainBody(request))) return null;
  const queryAt = url.indexOf("?");
  const path = url.slice(TRPC_ENDPOINT.length + 1, queryAt === -1 ? undefined : queryAt);
  const query = new URLSearchParams(queryAt === -1 ? "" : url.slice(queryAt + 1));
  if (query.has("connectionParams")) return null;
  const isBatch = query.get("batch") === "1";
  const paths = isBatch ? path.split(",") : [path];
  const type = TYPE_OF_METHOD[method];
  if (paths.length > MAX_BATCH_SIZE || !paths.every((one) => typeByPath.get(one) === type)) return null;
  return { type, paths, isBatch, input: method === "GET" ? (query.get("input") ?? undefined) : undefined };
}

/** A body whose length is told and small. */
function isPlainBody({ headers }: Pick<IncomingMessage, "headers">): boolean {
  const length = Number(headers["content-length"]);
  return headers["content-type"] === "application/json" && length > 0 && length <= MAX_BODY_BYTES;
}

/** Every procedure of the API. */
const { procedures }: AnyTRPCRouter["_def"] = appRouter._def;
const typeByPath: ReadonlyMap<string, string> = new Map(
  Object.entries<AnyTRPCProcedure>(procedures).map(([path, procedure]) => [path, procedure._def.type]),
);

/** Answers plain calls. */
export async function answerPlainCalls(
  calls: PlainCalls,
  request: IncomingMessage,
  response: ServerResponse,
  parts: ServerParts,
): Promise<void> {
  const text = calls.type === "mutation" ? await readBody(request) : calls.input;
  // The client went away while sending.
  if (text === null) return;
  const setCookies: string[] = [];
  const ctx = createApiContext(
    {
      headers: readHeaders(request),
      resHeaders: { append: (_name, value) => setCookies.push(value) },
    },
    parts,
  );
  const inputs = new Inputs(text, calls.isBatch);
  const errors: TRPCError[] = [];
  const answers = await Promise.all(
    calls.paths.map(async (path, at) => {
      try {
        const data: unknown = await callTRPCProcedure({
          router: appRouter,
          path,
          type: calls.type,
          ctx,
          getRawInput: async () => inputs.read(at),
          signal: undefined,
          batchIndex: at,
        });
        return { result: { data } };
      } catch (cause) {
        const error = getTRPCErrorFromUnknown(cause);
        errors.push(error);
        return { error: getErrorShape({ config, ctx, error, path, type: calls.type, input: undefined }) };
      }
    }),
  );
  const [first] = answers;
  const body = JSON.stringify(transformTRPCResponse(config, calls.isBatch || !first ? answers : first));
  response.writeHead(httpStatus(errors, calls.paths.length) ?? 200, {
    ...HEADERS,
    "content-length": Buffer.byteLength(body),
    ...(setCookies.length > 0 && { "set-cookie": setCookies }),
  });
  response.end(body);
}

const config = appRouter._def._config;
const HEADERS = {
  ...apiHeaders,
  "content-type": "application/json",
  "cache-control": "no-store",
  vary: "trpc-accept, accept",
} as const;

/** The request's headers, where the Fetch API would have them. */
function readHeaders({ headers }: IncomingMessage): RequestHeaders {
  return {
    get: (name) => {
      const value = headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(", ") : (value ?? null);
    },
  };
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString();
}

/** What calls were given, read when the first of them asks. */
class Inputs {
  readonly #text: string | undefined;
  readonly #isBatch: boolean;

  constructor(text: string | undefined, isBatch: boolean) {
    this.#text = text;
    this.#isBatch = isBatch;
  }

  /** @throws TRPCError `BAD_REQUEST` */
  read(at: number): unknown {
    if (!this.#text) return undefined;
    try {
      const all: unknown = JSON.parse(this.#text);
      const own = this.#isBatch ? entry(all, at) : all;
      return own === undefined ? undefined : config.transformer.input.deserialize(own);
    } catch (cause) {
      throw new TRPCError({ code: "BAD_REQUEST", cause });
    }
  }
}

function entry(all: unknown, at: number): unknown {
  if (typeof all !== "object" || all === null || Array.isArray(all))
    throw new TypeError("A batch is an object.");
  return Object.entries(all).find(([index]) => index === String(at))?.[1];
}
