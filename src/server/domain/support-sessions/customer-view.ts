import { assertUnreachable } from "@/lib/assert-unreachable";
import type { CustomerSessionView } from "@/protocol/session-views";
import { companyFace } from "./company-face";
import { answerBy } from "./deadlines";
import { grantablePermissions } from "./grantable-permissions";
import { durationSeconds, type SessionRecord, storedPermissions } from "./session-record";

/**
 * What the customer may know of the session. Who is behind the number is told only once an operator has accepted, also
 * when the session ended before that: a guessed number must not name a company.
 *
 * @throws Error when the row lacks what its phase promises; the database was then written by something else
 */
export function customerView(session: SessionRecord): CustomerSessionView {
  const { companyName, logoUrl } = companyFace(session.companyId, session.company);
  const names = { operatorName: session.operator.name, companyName };
  switch (session.phase) {
    case "waiting":
      return { phase: "waiting", sessionId: session.id, since: session.createdAt };
    case "accepted":
      return {
        phase: "accepted",
        sessionId: session.id,
        ...names,
        logoUrl,
        consentText: session.company.policy?.consentText ?? "",
        answerBy: answerBy(promised(session.acceptedAt)),
      };
    case "live":
      return {
        phase: "live",
        sessionId: session.id,
        ...names,
        logoUrl,
        startedAt: promised(session.startedAt),
        permissions: storedPermissions(session.permissions),
        grantable: grantablePermissions(session.company),
      };
    case "ended":
      return {
        phase: "ended",
        sessionId: session.id,
        ...(session.acceptedAt === null ? { operatorName: null, companyName: null } : names),
        reason: promised(session.endReason),
        durationSeconds: durationSeconds(session),
      };
    default:
      return assertUnreachable(session.phase);
  }
}

function promised<T>(value: T | null): T {
  if (value === null) throw new Error("A support session lacks what its phase promises");
  return value;
}
