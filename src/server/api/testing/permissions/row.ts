import type { ErrorCode } from "@/lib/error-table";
import { type CallerKind, callerKinds, type Facts } from "./callers";

/** What a call comes to: it is let in, or refused with exactly this code. */
export type Outcome = "ok" | ErrorCode;
export type Outcomes = Readonly<Record<CallerKind, Outcome>>;

/** One procedure: what is sent to it, and what each kind of caller gets. */
export interface Row {
  readonly input?: (facts: Facts, caller: CallerKind) => unknown;
  readonly outcomes: Outcomes;
}

type Differences = Partial<Record<CallerKind, Outcome>>;
type Input = Row["input"];

const nobody = outcomes("UNAUTHENTICATED");
const signedIn: Outcomes = {
  ...nobody,
  operator: "ok",
  supervisor: "ok",
  administrator: "ok",
  foreignAdministrator: "ok",
  incomplete: "SIGN_IN_INCOMPLETE",
  provider: "FORBIDDEN",
};
const byRung = {
  public: outcomes("ok"),
  account: { ...signedIn, incomplete: "ok", provider: "ok" },
  /** The own account, for which every step of signing in must be done. */
  completeAccount: { ...signedIn, provider: "ok" },
  operator: signedIn,
  supervisor: { ...signedIn, operator: "FORBIDDEN" },
  administrator: { ...signedIn, operator: "FORBIDDEN", supervisor: "FORBIDDEN" },
  provider: {
    ...signedIn,
    operator: "FORBIDDEN",
    supervisor: "FORBIDDEN",
    administrator: "FORBIDDEN",
    foreignAdministrator: "FORBIDDEN",
    provider: "ok",
  },
  relay: { ...nobody, relay: "ok" },
} as const satisfies Record<string, Outcomes>;
export type Rung = keyof typeof byRung;

/** A procedure of this rung; `differences` names the callers that get something else than the rung says. */
export function row(rung: Rung, input?: Input, differences: Differences = {}): Row {
  return { ...(input && { input }), outcomes: { ...byRung[rung], ...differences } };
}

/** A customer's procedure: for everybody else there is no session behind the ticket that was not sent. */
export function customerRow(input: Input, without: Outcome): Row {
  return { ...(input && { input }), outcomes: { ...outcomes(without), customer: "ok" } };
}

function outcomes(outcome: Outcome): Outcomes {
  return Object.fromEntries(callerKinds.map((kind) => [kind, outcome])) as Record<CallerKind, Outcome>;
}
