import { removeExpiredEvents } from "@/server/domain/audit/chain/remove-expired-events";
import { writeCheckpoints } from "@/server/domain/audit/chain/write-checkpoints";
import { deleteClosedCompanies } from "@/server/domain/companies/delete-closed-companies";
import { stopCompanies } from "@/server/domain/companies/stop-company";
import { expireReceptionNumbers } from "@/server/domain/receptions/expire-reception-numbers";
import { pruneRateLimits } from "@/server/domain/redemption-throttle/prune-rate-limits";
import type { ServiceContext, SystemActor } from "@/server/domain/service-context";
import { deleteOldSessions } from "@/server/domain/session-log/delete-old-sessions";
import { dismissUnlawfulObservers } from "@/server/domain/supervision/dismiss-observers";
import { clearOldTickets } from "@/server/domain/support-sessions/clear-old-tickets";
import { endLostSessions } from "@/server/domain/support-sessions/end-lost-sessions";
import { endOverdueSessions } from "@/server/domain/support-sessions/end-overdue-sessions";
import { sendMail } from "@/server/mail/send-mail";
import { pruneAccounts } from "./prune-accounts";
import { pruneSignInAttempts } from "./prune-sign-in-attempts";

/** What a job knows beside its context. */
export interface JobFacts {
  /** Since when this server has worked without a gap. */
  readonly watchedSince: Date;
}

export interface Job {
  readonly name: string;
  readonly everyMs: number;
  /** @returns how many things it changed */
  run(ctx: ServiceContext<SystemActor>, facts: JobFacts): Promise<number>;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

/** Everything that happens by itself. Those that somebody watches happening run every few seconds. */
export const jobs: readonly Job[] = [
  { name: "expire-reception-numbers", everyMs: 5 * SECOND_MS, run: expireReceptionNumbers },
  { name: "end-overdue-sessions", everyMs: 5 * SECOND_MS, run: endOverdueSessions },
  { name: "end-lost-sessions", everyMs: 5 * SECOND_MS, run: endLostSessions },
  { name: "dismiss-observers", everyMs: SECOND_MS, run: dismissUnlawfulObservers },
  { name: "send-mail", everyMs: SECOND_MS, run: sendMail },
  { name: "stop-companies", everyMs: 5 * SECOND_MS, run: stopCompanies },
  { name: "delete-closed-companies", everyMs: MINUTE_MS, run: deleteClosedCompanies },
  { name: "write-audit-checkpoints", everyMs: MINUTE_MS, run: writeCheckpoints },
  { name: "remove-expired-audit-events", everyMs: 60 * MINUTE_MS, run: removeExpiredEvents },
  { name: "clear-old-tickets", everyMs: 5 * MINUTE_MS, run: clearOldTickets },
  { name: "prune-rate-limits", everyMs: 10 * MINUTE_MS, run: pruneRateLimits },
  { name: "prune-accounts", everyMs: 10 * MINUTE_MS, run: pruneAccounts },
  { name: "prune-sign-in-attempts", everyMs: 60 * MINUTE_MS, run: pruneSignInAttempts },
  { name: "delete-old-sessions", everyMs: 10 * MINUTE_MS, run: deleteOldSessions },
];
