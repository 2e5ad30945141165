import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createWorld, type World } from "@/server/domain/support-sessions/testing/world";
import type { Job, JobFacts } from "./job-list";
import { scheduleJobs } from "./start-jobs";

const EVERY_MS = 1_000;

describe("the timers of the jobs", () => {
  let world: World;
  let timers: readonly NodeJS.Timeout[] = [];

  beforeAll(async () => {
    world = await createWorld();
  });
  beforeEach(() => {
    // The database needs the other timers.
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  });
  afterEach(() => {
    for (const timer of timers) clearInterval(timer);
    vi.useRealTimers();
  });
  afterAll(() => world.close());

  /** A job that hands its runs to the test, which lets each end as it likes. */
  function handedOver() {
    const waiting: ((run: Run) => void)[] = [];
    const runs: Run[] = [];
    interface Run {
      readonly facts: JobFacts;
      readonly end: (changed: number) => void;
      readonly fail: (error: Error) => void;
    }
    const job: Job = {
      name: "handed-over",
      everyMs: EVERY_MS,
      run: (_ctx, facts) =>
        new Promise((end, fail) => {
          const run = { facts, end, fail };
          const taker = waiting.shift();
          if (taker) taker(run);
          else runs.push(run);
        }),
    };
    const next = () =>
      new Promise<Run>((resolve) => {
        const run = runs.shift();
        if (run) resolve(run);
        else waiting.push(resolve);
      });
    return { job, next, pending: runs };
  }

  /** A tick of the timers, at the time that the server's clock then shows. */
  function tick(ms = EVERY_MS): void {
    world.advance(ms);
    vi.advanceTimersByTime(EVERY_MS);
  }

  test("a run that still goes on is not joined by a second one; after it the job runs again", async () => {
    const { job, next, pending } = handedOver();
    timers = scheduleJobs(world.system, [job]);
    tick();
    const first = await next();
    tick();
    tick();
    expect(pending).toHaveLength(0);
    first.end(0);
    await nextAfter(next).then((second) => second.end(0));
    expect(pending).toHaveLength(0);
  });

  test("a failed run and a machine that slept both count as a gap in what this server has watched", async () => {
    const startedAt = world.now();
    const { job, next } = handedOver();
    timers = scheduleJobs(world.system, [job]);
    tick();
    const first = await next();
    expect(first.facts.watchedSince).toEqual(startedAt);
    first.fail(new Error("the database is away"));
    const second = await nextAfter(next);
    const failedAt = second.facts.watchedSince;
    expect(failedAt.getTime()).toBeGreaterThan(startedAt.getTime());
    second.end(0);
    const third = await nextAfter(next);
    expect(third.facts.watchedSince).toEqual(failedAt);
    third.end(0);

    const fourth = await nextAfter(next, 3_600_000);
    expect(fourth.facts.watchedSince.getTime()).toBeGreaterThanOrEqual(failedAt.getTime() + 3_600_000);
    fourth.end(0);
  });

  /** Ticks until the next run comes: the one before gives its lock back a moment after it ended. */
  async function nextAfter<T>(next: () => Promise<T>, firstTickMs = EVERY_MS): Promise<T> {
    const run = next();
    let came = false;
    void run.then(() => {
      came = true;
    });
    for (let ms = firstTickMs; !came; ms = 0) {
      tick(ms);
      await world.db.$queryRaw`SELECT 1`;
    }
    return run;
  }
});
