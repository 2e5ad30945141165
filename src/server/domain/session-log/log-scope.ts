import { z } from "zod";
import { AppError } from "@/lib/app-error";
import { assertUnreachable } from "@/lib/assert-unreachable";
import type { Prisma } from "@/server/db/generated/client";
import type { OperatorActor } from "@/server/domain/service-context";
import { ownSessions } from "@/server/domain/support-sessions/own-session";

/** `company` is for supervisors and administrators. */
export const logScopeSchema = z.enum(["own", "company"]);
export type LogScope = z.infer<typeof logScopeSchema>;

/** Whether somebody may read the sessions of the whole company. */
export function seesCompany({ role }: OperatorActor): boolean {
  switch (role) {
    case "administrator":
    case "supervisor":
      return true;
    case "operator":
      return false;
    default:
      return assertUnreachable(role);
  }
}

/**
 * The operator whose sessions are listed; undefined: everybody's of the actor's company. Every query adds the company itself.
 *
 * @throws AppError FORBIDDEN when an operator asks for the company's
 */
export function operatorOfScope(actor: OperatorActor, scope: LogScope): string | undefined {
  if (scope === "own") return actor.operatorId;
  if (!seesCompany(actor)) throw new AppError("FORBIDDEN");
  return undefined;
}

/** The sessions that somebody may open one by one: those of the company for whoever sees them, else the own ones. */
export function readableSessions(actor: OperatorActor): Prisma.SupportSessionWhereInput {
  return seesCompany(actor) ? { companyId: actor.companyId } : ownSessions(actor);
}
