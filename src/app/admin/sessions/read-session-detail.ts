import "server-only";
import { notFound } from "next/navigation";
import { z } from "zod";
import { AppError } from "@/lib/app-error";
import type { SessionDetail } from "@/protocol/session-log";
import { getServerParts } from "@/server/api/context";
import type { OperatorActor } from "@/server/domain/service-context";
import { readSession } from "@/server/domain/session-log/read-session";

/** The session of a page's address; what the viewer may not see does not exist. */
export async function readSessionDetail(actor: OperatorActor, id: string): Promise<SessionDetail> {
  const sessionId = z.uuid().safeParse(id);
  if (!sessionId.success) notFound();
  try {
    const ctx = { ...getServerParts(), actor, clientAddress: null };
    return await readSession(ctx, { sessionId: sessionId.data });
  } catch (error) {
    if (error instanceof AppError && error.code === "NOT_FOUND") notFound();
    throw error;
  }
}
