import type { z } from "zod";
import { AppError } from "@/lib/app-error";
import { parseJson } from "@/lib/parse-json";
import {
  redeemedPairingSchema,
  redeemPairingInput,
  toolDeviceInput,
  toolEndpoints,
  toolJoinInput,
  toolJoinOutput,
} from "@/protocol/client-tool";
import { joinAsTool } from "@/server/domain/client-tool/join-as-tool";
import { redeemPairing } from "@/server/domain/client-tool/redeem-pairing";
import { storeToolDevice } from "@/server/domain/client-tool/store-tool-device";
import type { AnonymousActor, ServiceContext } from "@/server/domain/service-context";
import { readClientAddress } from "@/server/http/client-address";
import { errorResponse } from "@/server/http/error-response";
import { mayChangeThings, ownOrigins } from "@/server/http/own-origin";
import { withLimitedBody } from "@/server/http/read-limited-body";
import { apiHeaders } from "@/server/http/security-headers";
import { getServerParts, type ServerParts } from "./context";

/** A machine with 32 disks and 64 addresses, all with the longest names in three bytes a character, takes about 40 kB. */
const MAX_BODY_BYTES = 65_536;

export type ToolEndpoint = keyof typeof toolEndpoints;

interface Endpoint<Input extends z.ZodType> {
  readonly input: Input;
  readonly answer: (ctx: ServiceContext<AnonymousActor>, input: z.output<Input>) => Promise<object>;
}

/** Ties the input's type to what takes it. */
function endpoint<Input extends z.ZodType>({ input, answer }: Endpoint<Input>) {
  return (ctx: ServiceContext<AnonymousActor>, body: unknown): Promise<object> => {
    const parsed = input.safeParse(body);
    if (!parsed.success) throw new AppError("BAD_REQUEST");
    return answer(ctx, parsed.data);
  };
}

const endpoints = {
  redeem: endpoint({
    input: redeemPairingInput,
    answer: async (ctx, input) => redeemedPairingSchema.parse(await redeemPairing(ctx, input)),
  }),
  join: endpoint({
    input: toolJoinInput,
    answer: async (ctx, input) => toolJoinOutput.parse(await joinAsTool(ctx, input)),
  }),
  device: endpoint({ input: toolDeviceInput, answer: storeToolDevice }),
} as const satisfies Record<ToolEndpoint, unknown>;

/** Answers one HTTP request of a Client Tool. */
export function handleToolRequest(which: ToolEndpoint, request: Request): Promise<Response> {
  return answerToolRequest(which, request, getServerParts());
}

/**
 * The same with the parts of a test. Whoever asks proves itself by what it sends; cookies are not looked at, and a page of another
 * origin is refused before anything is read.
 */
export async function answerToolRequest(
  which: ToolEndpoint,
  request: Request,
  parts: ServerParts,
): Promise<Response> {
  const path = toolEndpoints[which];
  const startedAt = performance.now();
  const told = (outcome: Parameters<ServerParts["metrics"]["called"]>[1]) =>
    parts.metrics.called(path, outcome, (performance.now() - startedAt) / 1000);
  try {
    const output = await endpoints[which](contextOf(request, parts), await readBody(request, parts));
    told("ok");
    return finished(Response.json(output, { headers: { "cache-control": "no-store" } }));
  } catch (error) {
    const refusal = error instanceof AppError ? error : new AppError("INTERNAL", { cause: error });
    told(refusal.code);
    if (refusal.status >= 500) parts.log.error({ err: refusal.cause ?? refusal, path }, "a call failed");
    else parts.log.debug({ code: refusal.code, path }, "a call was refused");
    const answer = errorResponse(refusal);
    if (refusal.retryAfterSeconds !== undefined) {
      answer.headers.set("retry-after", String(refusal.retryAfterSeconds));
    }
    return finished(answer);
  }
}

/** @throws AppError ORIGIN_REFUSED, BAD_REQUEST for anything but JSON, TOO_LARGE */
async function readBody(request: Request, { env }: ServerParts): Promise<unknown> {
  if (!mayChangeThings(request.headers, ownOrigins(env))) throw new AppError("ORIGIN_REFUSED");
  // A type that no form of another site can send (Fetch Standard, "CORS-safelisted request-header").
  if (!/^application\/json *(;|$)/.test(request.headers.get("content-type") ?? "")) {
    throw new AppError("BAD_REQUEST");
  }
  try {
    const limited = await withLimitedBody(request, MAX_BODY_BYTES);
    return parseJson(await limited.text());
  } catch (error) {
    // Anything else: the client went away while sending.
    throw error instanceof AppError ? error : new AppError("BAD_REQUEST", { cause: error });
  }
}

function contextOf(request: Request, parts: ServerParts): ServiceContext<AnonymousActor> {
  return { ...parts, actor: { kind: "anonymous" }, clientAddress: readClientAddress(request.headers) };
}

function finished(answer: Response): Response {
  for (const [name, value] of Object.entries(apiHeaders)) answer.headers.set(name, value);
  return answer;
}
