import { z } from "zod";
import { SIGNALLING_PROTOCOL_VERSION } from "@/protocol/signalling";
import { queryPrepared } from "@/server/db/client";
import { isHeardOf } from "@/server/domain/relays/eligible-relay";
import type { ServiceContext } from "@/server/domain/service-context";

/** Phases of sessions that are not over. */
export const OPEN_PHASES = ["waiting", "accepted", "live"] as const;
export const RELAY_CONDITIONS = ["ready", "draining", "given_up", "silent", "other_protocol"] as const;
/**
 * How a relay is: `given_up` is one that answered nobody, `silent` one whose heartbeats have stopped; one of another protocol version
 * gets no sessions.
 */
export type RelayCondition = (typeof RELAY_CONDITIONS)[number];

/** How the whole service is at one moment, whichever management server is asked. */
export interface ServiceFigures {
  readonly sessions: Readonly<Record<(typeof OPEN_PHASES)[number], number>>;
  readonly liveNumbers: number;
  readonly lockedAccounts: number;
  /** `waiting`: not tried yet, or under way; `failed`: tried in vain, and waits to be tried again. */
  readonly mails: Readonly<Record<"waiting" | "failed", number>>;
  /** Null: none waits. */
  readonly oldestMailSeconds: number | null;
  readonly relays: Readonly<Record<RelayCondition, number>>;
}

/** A database that takes longer than this for a few counts is as good as down, and a scrape must not wait for it. */
const TIMEOUT_MS = 2_000;

/** Each part is answered by an index, or by a table of few rows, however many sessions are in the log. */
const FIGURES = `
  SELECT
    (SELECT count(*)::int FROM support_session WHERE phase = 'waiting') AS waiting,
    (SELECT count(*)::int FROM support_session WHERE phase = 'accepted') AS accepted,
    (SELECT count(*)::int FROM support_session WHERE phase = 'live') AS live,
    (SELECT count(*)::int FROM reception_number WHERE state = 'live' AND expires_at > $1) AS "liveNumbers",
    (SELECT count(*)::int FROM operator WHERE locked_until > $1 AND deleted_at IS NULL)
      + (SELECT count(*)::int FROM provider_account WHERE locked_until > $1) AS "lockedAccounts",
    (SELECT count(*)::int FROM outgoing_mail WHERE last_error IS NULL) AS "mailsWaiting",
    (SELECT count(*)::int FROM outgoing_mail WHERE last_error IS NOT NULL) AS "mailsFailed",
    (SELECT min(created_at) FROM outgoing_mail) AS "oldestMailAt",
    (SELECT coalesce(json_agg(json_build_object(
        'state', state, 'protocolVersion', protocol_version,
        'lastHeartbeatAtMs', extract(epoch FROM last_heartbeat_at) * 1000,
        'isGivenUp', given_up_at IS NOT NULL)), '[]')
      FROM relay) AS relays`;

const count = z.int().nonnegative();
const relaySchema = z.object({
  state: z.enum(["ready", "draining"]),
  protocolVersion: z.int(),
  lastHeartbeatAtMs: z.number(),
  isGivenUp: z.boolean(),
});
const rowSchema = z.object({
  waiting: count,
  accepted: count,
  live: count,
  liveNumbers: count,
  lockedAccounts: count,
  mailsWaiting: count,
  mailsFailed: count,
  oldestMailAt: z.date().nullable(),
  relays: z.array(relaySchema),
});

/** One look at the database. Null: it does not answer, or not in time. */
export async function readServiceFigures(
  ctx: Pick<ServiceContext, "db" | "now">,
): Promise<ServiceFigures | null> {
  return Promise.race([query(ctx).catch(() => null), afterTimeout()]);
}

async function query({ db, now }: Pick<ServiceContext, "db" | "now">): Promise<ServiceFigures> {
  const at = now();
  const [found] = await queryPrepared(db, { name: "service-figures", text: FIGURES, values: [at] });
  const { waiting, accepted, live, liveNumbers, lockedAccounts, ...row } = rowSchema.parse(found);
  const relays = { ready: 0, draining: 0, given_up: 0, silent: 0, other_protocol: 0 };
  for (const relay of row.relays) relays[conditionOf(relay, at)] += 1;
  return {
    sessions: { waiting, accepted, live },
    liveNumbers,
    lockedAccounts,
    mails: { waiting: row.mailsWaiting, failed: row.mailsFailed },
    oldestMailSeconds: row.oldestMailAt && Math.max(0, (at.getTime() - row.oldestMailAt.getTime()) / 1000),
    relays,
  };
}

function conditionOf(relay: z.output<typeof relaySchema>, at: Date): RelayCondition {
  if (relay.isGivenUp) return "given_up";
  const lastHeartbeatAt = new Date(relay.lastHeartbeatAtMs);
  if (!isHeardOf({ lastHeartbeatAt, givenUpAt: null }, at)) return "silent";
  return relay.protocolVersion === SIGNALLING_PROTOCOL_VERSION ? relay.state : "other_protocol";
}

function afterTimeout(): Promise<null> {
  return new Promise((resolve) => {
    setTimeout(resolve, TIMEOUT_MS, null).unref();
  });
}
