import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createWorld,
  device,
  refusal,
  type TestOperator,
  type World,
} from "../support-sessions/testing/world";
import { encodeCursor } from "./cursor";

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

  type Query = Parameters<TestOperator["caller"]["log"]["list"]>[0];
  const ids = async (by: TestOperator, query: Query = {}) =>
    (await by.caller.log.list({ limit: 100, ...query })).rows.map(({ sessionId }) => sessionId);

  test("a row tells start, end, duration, traffic, device and reason", async () => {
    const own = await world.createOperator(await world.createCompany());
    await world.heartbeat();
    const { sessionId, caller } = await world.live(own);
    const startedAt = world.now();
    expect((await own.caller.log.list({})).rows).toEqual([]);
    await world.db.supportSession.update({
      where: { id: sessionId },
      data: { bytesForwarded: 5_000_000_000 },
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
          note: "",
          category: null,
          surveyAnswer: null,
          erasedAt: null,
        },
      ],
      nextCursor: null,
      previousCursor: null,
      isFull: true,
    });
    const row = await world.db.supportSession.findUniqueOrThrow({ where: { id: sessionId } });
    expect(row.durationSeconds).toBe(90);
  });

  test.each(["start", "duration", "traffic"] as const)(
    "by %s, up and down: pages neither repeat nor skip a row while new ones come in between",
    async (sort) => {
      const own = await world.createOperator(await world.createCompany());
      const before: string[] = [];
      for (let index = 0; index < 7; index += 1) {
        if (index % 3 === 0) world.advance(1_000);
        const id = await declined(own);
        before.push(id);
        await world.db.supportSession.update({
          where: { id },
          data: { durationSeconds: index % 2, bytesForwarded: index % 3 },
        });
      }
      for (const descending of [true, false]) {
        const seen: string[] = [];
        let cursor: string | undefined;
        let previous: string | null = null;
        let pages = 0;
        do {
          const page = await own.caller.log.list({ limit: 2, sort, descending, cursor });
          seen.push(...page.rows.map(({ sessionId }) => sessionId));
          previous = page.previousCursor;
          cursor = page.nextCursor ?? undefined;
          pages += 1;
          world.advance(1_000);
          await declined(own);
        } while (cursor !== undefined && pages < 20);
        expect(new Set(seen).size).toBe(seen.length);
        for (const id of before) expect(seen).toContain(id);
        const rows = await world.db.supportSession.findMany({ where: { id: { in: seen } } });
        const keys = new Map(
          rows.map((row) => [
            row.id,
            {
              start: row.createdAt.getTime(),
              duration: row.durationSeconds,
              traffic: Number(row.bytesForwarded),
            }[sort],
          ]),
        );
        const inOrder = seen.map((id) => keys.get(id) ?? -1);
        expect(inOrder).toEqual([...inOrder].sort((a, b) => (descending ? b - a : a - b)));

        // And all the way back, to the very first page.
        let pagesBack = 0;
        while (previous !== null && pagesBack < 20) {
          const page: Awaited<ReturnType<typeof own.caller.log.list>> = await own.caller.log.list({
            limit: 2,
            sort,
            descending,
            cursor: previous,
            direction: "previous",
          });
          expect(page.rows).toHaveLength(2);
          previous = page.previousCursor;
          pagesBack += 1;
        }
        expect(pagesBack).toBeGreaterThan(2);
      }
    },
  );

  test("an operator sees the own sessions, an administrator on request the company's, nobody another company's", async () => {
    const mine = await declined(operator);
    const stranger = await world.createOperator(await world.createCompany(), "administrator");
    const foreign = await declined(stranger);

    expect(await ids(operator)).toContain(mine);
    expect(await ids(administrator)).toEqual([]);
    expect(await ids(administrator, { scope: "company" })).toContain(mine);
    expect(await ids(administrator, { scope: "company" })).not.toContain(foreign);
    expect(await ids(stranger, { scope: "company" })).toEqual([foreign]);
    expect((await refusal(operator.caller.log.list({ scope: "company" }))).code).toBe("FORBIDDEN");
    expect((await refusal(operator.caller.log.options({ scope: "company" }))).code).toBe("FORBIDDEN");
    // Neither a filter nor a cursor from elsewhere opens anything: the scope is the caller's.
    expect(await ids(operator, { operatorId: stranger.id })).not.toContain(foreign);
    expect(await ids(administrator, { scope: "company", operatorId: stranger.id })).toEqual([]);
    const { nextCursor } = await operator.caller.log.list({ limit: 1 });
    expect(await ids(stranger, { cursor: nextCursor ?? undefined })).not.toContain(mine);

    const supervisor = await world.createOperator(operator.companyId, "supervisor");
    expect(await ids(supervisor, { scope: "company" })).toContain(mine);
  });

  test("each filter narrows, and all of them together", async () => {
    const companyId = await world.createCompany();
    const [chief, other] = [
      await world.createOperator(companyId, "administrator"),
      await world.createOperator(companyId),
    ];
    await world.db.companyPolicy.upsert({
      where: { companyId },
      create: { companyId, sessionCategories: ["Printer"] },
      update: { sessionCategories: ["Printer"] },
    });
    const first = await declined(chief);
    world.advance(3_600_000);
    const second = await declined(other);
    await other.caller.log.saveNote({ sessionId: second, note: "Toner", category: "Printer" });
    const company = (query: Query) => ids(chief, { scope: "company", ...query });

    const between = new Date(world.now().getTime() - 1_000);
    expect(await company({ from: between })).toEqual([second]);
    expect(await company({ to: between })).toEqual([first]);
    expect(await company({ from: between, sort: "duration" })).toEqual([second]);
    expect(await company({ operatorId: chief.id })).toEqual([first]);
    expect(await company({ category: "Printer" })).toEqual([second]);
    expect(await company({ category: null })).toEqual([first]);
    expect(await company({ endReason: "declined_by_operator" })).toEqual([second, first]);
    expect(await company({ endReason: "relay_lost" })).toEqual([]);
    expect(
      await company({
        from: between,
        operatorId: other.id,
        category: "Printer",
        endReason: "declined_by_operator",
        text: "tone",
        sort: "traffic",
      }),
    ).toEqual([second]);
    expect(await chief.caller.log.options({ scope: "company" })).toMatchObject({ categories: ["Printer"] });
  });

  test("typed text stands for itself: per cent, underscore, backslash and quotes", async () => {
    const companyId = await world.createCompany();
    const own = await world.createOperator(companyId, "administrator");
    const notes = [
      "100% done",
      "100 done",
      "a_b",
      "axb",
      "back\\slash",
      'it\'s "quoted"',
      "'; DROP TABLE operator; --",
    ];
    const byNote = new Map<string, string>();
    for (const note of notes) {
      const sessionId = await declined(own);
      await own.caller.log.saveNote({ sessionId, note, category: null });
      byNote.set(note, sessionId);
    }
    const found = async (text: string) => {
      const rows = (await own.caller.log.list({ limit: 100, text })).rows;
      return rows.map(({ note }) => note).sort();
    };
    expect(await found("100%")).toEqual(["100% done"]);
    expect(await found("A_B")).toEqual(["a_b"]);
    expect(await found("k\\s")).toEqual(["back\\slash"]);
    expect(await found("it's")).toEqual(['it\'s "quoted"']);
    expect(await found('"quoted"')).toEqual(['it\'s "quoted"']);
    expect(await found("'; DROP")).toEqual(["'; DROP TABLE operator; --"]);
    expect(await found("%")).toEqual(["100% done"]);
    // The operator's name and the customer's device are searched as well.
    expect(await found("an OPERATOR")).toHaveLength(notes.length);
    expect(await found("windows 11")).toHaveLength(notes.length);
    expect(await found("chromium 140")).toHaveLength(notes.length);
    expect(await found("nothing like that")).toEqual([]);
  });

  const id = "0195f6a0-0000-7000-8000-000000000001";
  test.each([
    { cursor: "nonsense" },
    { cursor: encodeCursor({ sort: "traffic", descending: true, key: 1, id }) },
    { limit: 0 },
    { limit: 101 },
    { limit: 1.5 },
    { text: "" },
    { text: "a\u0000b" },
    { companyId: id },
  ])("%j is a bad request", async (input) => {
    await expect(operator.caller.log.list(input)).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});
