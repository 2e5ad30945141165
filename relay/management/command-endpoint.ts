import type { IncomingMessage } from "node:http";
import { AppError } from "@/lib/app-error";
import type { EndReason } from "@/protocol/end-reason";
import { closeSessionCommandSchema } from "@/protocol/relay-api";
import type { TokenVerifier } from "../tokens/token-verifier";

const MAX_BODY_BYTES = 4_096;

/**
 * Carries out `DELETE /sessions/<id>`: the management server ends a session. It is done also when the relay has no such session,
 * so that a late join token cannot revive it.
 *
 * @throws AppError UNAUTHENTICATED, TOKEN_*, BAD_REQUEST or TOO_LARGE
 */
export async function closeSession(
  request: IncomingMessage,
  sessionId: string,
  { tokens, end }: { tokens: TokenVerifier; end: (sessionId: string, reason: EndReason) => void },
): Promise<void> {
  const token = bearerOf(request);
  // The body first: a command that cannot be understood does not use up its token.
  const command = closeSessionCommandSchema.safeParse(await readJson(request));
  if (!command.success) throw new AppError("BAD_REQUEST");
  await tokens.verifyCommand(token, sessionId);
  end(sessionId, command.data.reason);
}

/**
 * Carries out `DELETE /sessions/<id>/observers/<observer id>`: an observer may not watch any more. It is done also when nobody
 * of that id watches, so that a token from before cannot open anything.
 *
 * @throws AppError UNAUTHENTICATED or TOKEN_*
 */
export async function dismissObserver(
  request: IncomingMessage,
  sessionId: string,
  observerId: string,
  {
    tokens,
    dismiss,
  }: {
    tokens: TokenVerifier;
    dismiss: (sessionId: string, observerId: string, dismissedAtSeconds: number) => void;
  },
): Promise<void> {
  const { iat } = await tokens.verifyCommand(bearerOf(request), sessionId, observerId);
  dismiss(sessionId, observerId, iat);
}

function bearerOf({ headers }: IncomingMessage): string {
  const token = /^Bearer ([\w.~+/-]{1,4096})$/.exec(headers.authorization ?? "")?.[1];
  if (token === undefined) throw new AppError("UNAUTHENTICATED");
  return token;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new AppError("TOO_LARGE");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new AppError("BAD_REQUEST");
  }
}
