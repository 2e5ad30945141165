import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { type ErrorCode, errorTable } from "@/lib/error-table";

/** What was asked for over HTTP. `stream`: an answer that stays open, as subscriptions are. */
export type HttpArea = "page" | "asset" | "trpc" | "auth" | "api" | "metrics" | "stream";
/** `aborted`: the client went away before it had the whole answer. */
export type HttpOutcome = "1xx" | "2xx" | "3xx" | "4xx" | "5xx" | "aborted";
/** What a call, a sign-in or a job came to: a refusal by its code. */
export type Outcome = "ok" | ErrorCode;
/** How somebody signs in: next-auth's name of the way. */
export type SignInWay = "operator" | "provider" | "second_factor" | "passkey";
export type ReceptionEvent = "issued" | "redeemed";
export type MailOutcome = "sent" | "retry" | "given_up";

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const TOO_MANY_REQUESTS = 429;

/**
 * The management server's Prometheus metrics; `ops/monitoring` explains each of them. What is counted here is what happened in this
 * process; figures of the whole service are read from the database when asked for (observe-service.ts). No label names a company, a
 * person, a session or an address: their number must stay small, and whoever watches the machine need not know them.
 */
export class ManagementMetrics {
  readonly registry = new Registry();
  readonly httpRequests = new Counter({
    name: "madoguchi_management_http_requests_total",
    help: "HTTP requests that were answered, by what was asked for and the class of the status",
    labelNames: ["area", "outcome"] as const,
    registers: [this.registry],
  });
  readonly httpSeconds = new Histogram({
    name: "madoguchi_management_http_seconds",
    help: "Seconds from a request's headers to the end of its answer; streams are left out",
    labelNames: ["area"] as const,
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly calls = new Counter({
    name: "madoguchi_management_calls_total",
    help: "Calls of the API that were answered, by procedure and outcome",
    labelNames: ["procedure", "outcome"] as const,
    registers: [this.registry],
  });
  readonly callSeconds = new Histogram({
    name: "madoguchi_management_call_seconds",
    help: "Seconds that queries and mutations took",
    labelNames: ["procedure"] as const,
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly subscriptions = new Gauge({
    name: "madoguchi_management_subscriptions",
    help: "Event streams that are open, by procedure",
    labelNames: ["procedure"] as const,
    registers: [this.registry],
  });
  readonly signIns = new Counter({
    name: "madoguchi_management_sign_ins_total",
    help: "Tries to sign in, by way and outcome; a password that a second factor must follow is ok",
    labelNames: ["way", "outcome"] as const,
    registers: [this.registry],
  });
  readonly signInSeconds = new Histogram({
    name: "madoguchi_management_sign_in_seconds",
    help: "Seconds that tries to sign in took, waiting for their turn included",
    labelNames: ["way"] as const,
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly lockouts = new Counter({
    name: "madoguchi_management_lockouts_total",
    help: "Accounts that were locked for too many wrong passwords or codes",
    registers: [this.registry],
  });
  readonly throttled = new Counter({
    name: "madoguchi_management_throttled_total",
    help: "Answers that told somebody to wait, by error code",
    labelNames: ["code"] as const,
    registers: [this.registry],
  });
  readonly receptions = new Counter({
    name: "madoguchi_management_receptions_total",
    help: "Reception numbers issued, and redeemed by a customer",
    labelNames: ["event"] as const,
    registers: [this.registry],
  });
  readonly mails = new Counter({
    name: "madoguchi_management_mails_total",
    help: "Tries to send a message of the outbox, by what came of it",
    labelNames: ["outcome"] as const,
    registers: [this.registry],
  });
  readonly jobFailures = new Counter({
    name: "madoguchi_management_job_failures_total",
    help: "Runs of a job that failed; it runs again at its next time",
    labelNames: ["job"] as const,
    registers: [this.registry],
  });

  constructor() {
    // What an alert asks the rate of must be there from the beginning: the first one is else no increase.
    for (const event of ["issued", "redeemed"] as const) this.receptions.inc({ event }, 0);
    for (const outcome of ["sent", "retry", "given_up"] as const) this.mails.inc({ outcome }, 0);
    for (const code of throttlingCodes) this.throttled.inc({ code }, 0);
  }

  /** Counts an HTTP request. */
  answered(area: HttpArea, outcome: HttpOutcome, seconds: number): void {
    this.httpRequests.inc({ area, outcome });
    if (area !== "stream") this.httpSeconds.observe({ area }, seconds);
  }

  /**
   * Counts a call.
   *
   * @param seconds null: a subscription, of which only the opening is counted
   */
  called(procedure: string, outcome: Outcome, seconds: number | null): void {
    this.calls.inc({ procedure, outcome });
    if (seconds !== null) this.callSeconds.observe({ procedure }, seconds);
    this.#told(outcome);
  }

  /** Counts a try to sign in. */
  triedToSignIn(way: SignInWay, outcome: Outcome, seconds: number): void {
    this.signIns.inc({ way, outcome });
    this.signInSeconds.observe({ way }, seconds);
    this.#told(outcome);
  }

  received(event: ReceptionEvent): void {
    this.receptions.inc({ event });
  }

  mailed(outcome: MailOutcome): void {
    this.mails.inc({ outcome });
  }

  jobFailed(job: string): void {
    this.jobFailures.inc({ job });
  }

  /** The text that Prometheus reads. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  #told(outcome: Outcome): void {
    if (outcome !== "ok" && errorTable[outcome].status === TOO_MANY_REQUESTS)
      this.throttled.inc({ code: outcome });
  }
}

/** The management server's own; the rest are a relay's. */
const throttlingCodes = [
  "SIGN_IN_THROTTLED",
  "RECEPTION_THROTTLED",
  "CHECK_LIMIT",
] as const satisfies ErrorCode[];

const shared = globalThis as typeof globalThis & { madoguchiMetrics?: ManagementMetrics };

/** This process's metrics, with those of Node itself; made at the first call. */
export function getManagementMetrics(): ManagementMetrics {
  if (!shared.madoguchiMetrics) {
    shared.madoguchiMetrics = new ManagementMetrics();
    collectDefaultMetrics({ register: shared.madoguchiMetrics.registry });
  }
  return shared.madoguchiMetrics;
}
