import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createWorld,
  device,
  refusal,
  type TestOperator,
  type World,
} from "../support-sessions/testing/world";

describe("the session log", () => {
  let world: World;
  let operator: TestOperator;
  let administrator: TestOperator;

  beforeAll(async () => {
    world = await createWorld();
    const companyId = await world.createCompany();
    operator = await world.createOperator(companyId);
    administrator = await world.createOperator(companyId, "administrator");
  });
  afterAll(() => world.close());

  /** A session that was declined. Several of one moment share their `createdAt`, so that the id must decide. */
  async function declined(by: TestOperator): Promise<string> {
    const { sessionId } = await world.waiting(by);
    await by.caller.session.decline({ sessionId });
    return sessionId;
  }

  test("a row tells start, end, duration, traffic, device and reason", async () => {
    const own = await world.createOperator(await world.createCompany());
    await world.heartbeat();
    const { sessionId, caller } = await world.live(own);
    const startedAt = world.now();
    expect((await own.caller.log.list({})).rows).toEqual([]);
    await world.heartbeat({
      sessions: [{ sessionId, present: ["customer"], bytesForwarded: 5_000_000_000 }],
    });
    world.advance(90_400);
    await caller.customer.stop({});
    expect(await own.caller.log.list({})).toEqual({
      rows: [
        {
          sessionId,
          operatorName: "An operator",
          createdAt: startedAt,
          startedAt,
          endedAt: world.now(),
          durationSeconds: 90,
          endReason: "stopped_by_customer",
          bytesForwarded: 5_000_000_000,
          device,
        },
      ],
      nextCursor: null,
    });
  });

  test("pages neither repeat nor skip a row while new ones come in between", async () => {
    const before: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      if (index % 3 === 0) world.advance(1_000);
      before.push(await declined(operator));
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    let pages = 0;
    do {
      const page = await operator.caller.log.list({ limit: 2, cursor });
      seen.push(...page.rows.map(({ sessionId }) => sessionId));
      cursor = page.nextCursor ?? undefined;
      pages += 1;
      world.advance(1_000);
      await declined(operator);
    } while (cursor !== undefined && pages < 10);
    expect(pages).toBe(4);
    expect([...seen].sort()).toEqual([...before].sort());
    const times = await world.db.supportSession.findMany({ where: { id: { in: seen } } });
    const createdAt = new Map(times.map((row) => [row.id, row.createdAt.getTime()]));
    const inOrder = seen.map((id) => createdAt.get(id) ?? 0);
    expect(inOrder).toEqual([...inOrder].sort((a, b) => b - a));
  });

  test("an operator sees the own sessions, an administrator on request the company's, nobody another company's", async () => {
    const mine = await declined(operator);
    const stranger = await world.createOperator(await world.createCompany(), "administrator");
    const foreign = await declined(stranger);
    const ids = async (by: TestOperator, scope?: "own" | "company") =>
      (await by.caller.log.list({ scope, limit: 100 })).rows.map(({ sessionId }) => sessionId);

    expect(await ids(operator)).toContain(mine);
    expect(await ids(administrator)).toEqual([]);
    expect(await ids(administrator, "company")).toContain(mine);
    expect(await ids(administrator, "company")).not.toContain(foreign);
    expect(await ids(stranger, "company")).toEqual([foreign]);
    expect((await refusal(operator.caller.log.list({ scope: "company" }))).code).toBe("FORBIDDEN");
    // A cursor from elsewhere opens nothing: the scope is the caller's.
    const { nextCursor } = await operator.caller.log.list({ limit: 1 });
    expect(
      (await stranger.caller.log.list({ cursor: nextCursor ?? "" })).rows.map((row) => row.sessionId),
    ).toEqual([]);
  });

  test.each([{ cursor: "nonsense" }, { limit: 0 }, { limit: 101 }, { limit: 1.5 }])(
    "%j is a bad request",
    async (input) => {
      const refused = operator.caller.log.list(input);
      await expect(refused).rejects.toMatchObject({ code: "BAD_REQUEST" });
    },
  );
});
