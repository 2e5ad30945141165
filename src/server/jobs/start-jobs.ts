import { getEnvironment } from "@/env";
import { getDatabase } from "@/server/db/client";
import { getNotificationHub } from "@/server/db/notifications";
import type { ServiceContext, SystemActor } from "@/server/domain/service-context";
import { getLogger } from "@/server/logging";
import { getManagementMetrics } from "@/server/monitoring/management-metrics";
import { type Job, type JobFacts, jobs } from "./job-list";
import { runExclusively } from "./run-exclusively";

/** A job that comes this much later than planned: the machine slept, or the process was stopped. */
const GAP_MS = 30_000;

const shared = globalThis as typeof globalThis & { madoguchiJobs?: readonly NodeJS.Timeout[] };

/**
 * Starts this process's timers; a second call changes nothing (Next loads the instrumentation more than once in development).
 * Of several management servers one runs each job at a time. The timers keep no process alive.
 */
export function startJobs(): void {
  shared.madoguchiJobs ??= scheduleJobs(systemContext(), jobs);
}

function systemContext(): ServiceContext<SystemActor> {
  const env = getEnvironment();
  const log = getLogger(env.LOG_LEVEL);
  return {
    actor: { kind: "system" },
    db: getDatabase(env.DATABASE_URL),
    notifications: getNotificationHub(env.DATABASE_URL, log),
    env,
    log,
    metrics: getManagementMetrics(),
    clientAddress: null,
    now: () => new Date(),
  };
}

/** One timer a job. A job whose last run still goes on is left out this time. */
export function scheduleJobs(
  ctx: ServiceContext<SystemActor>,
  list: readonly Job[],
): readonly NodeJS.Timeout[] {
  const gaps = new GapWatch(ctx.now());
  return list.map((job) => {
    let running = false;
    let dueAt = ctx.now().getTime() + job.everyMs;
    return setInterval(() => {
      const now = ctx.now();
      if (now.getTime() - dueAt > GAP_MS) gaps.seen(now);
      dueAt = now.getTime() + job.everyMs;
      if (running) return;
      running = true;
      void runJob(ctx, job, gaps).finally(() => {
        running = false;
      });
    }, job.everyMs).unref();
  });
}

/** Runs a job once and tells the log what came of it. Never throws: the next run is the remedy. */
async function runJob(ctx: ServiceContext<SystemActor>, job: Job, gaps: GapWatch): Promise<void> {
  try {
    const facts: JobFacts = { watchedSince: gaps.watchedSince };
    const changed = await runExclusively(ctx, job.name, () => job.run(ctx, facts));
    if (changed) ctx.log.info({ job: job.name, changed }, "a job changed something");
  } catch (error) {
    // Most likely the database is away, and then no heartbeat was recorded either.
    gaps.seen(ctx.now());
    ctx.metrics.jobFailed(job.name);
    ctx.log.error({ job: job.name, err: error }, "a job failed; it runs again at its next time");
  }
}

/** Remembers since when this server has worked without a gap. */
class GapWatch {
  watchedSince: Date;

  constructor(startedAt: Date) {
    this.watchedSince = startedAt;
  }

  seen(at: Date): void {
    this.watchedSince = at;
  }
}
