import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { encodeCursor } from "@/server/domain/session-log/cursor";
import { LOOKED_THROUGH_MAX, placeQuery } from "@/server/domain/session-log/list-session-log";
import { logConditions } from "@/server/domain/session-log/log-conditions";
import { createWorld, type TestOperator, type World } from "@/server/domain/support-sessions/testing/world";
import { seedSessions } from "./seed-sessions";

const SESSIONS = 50_000;

/** The parts of EXPLAIN's JSON that matter here. */
interface PlanNode {
  "Node Type": string;
  "Actual Rows"?: number;
  "Rows Removed by Filter"?: number;
  Plans?: PlanNode[];
}
const planNode: z.ZodType<PlanNode> = z.lazy(() =>
  z.object({
    "Node Type": z.string(),
    "Actual Rows": z.number().optional(),
    "Rows Removed by Filter": z.number().optional(),
    Plans: z.array(planNode).optional(),
  }),
);
const explained = z.array(z.object({ "QUERY PLAN": z.array(z.object({ Plan: planNode })) }));

describe("a log of 50,000 sessions", () => {
  let world: World;
  let administrator: TestOperator;

  beforeAll(async () => {
    world = await createWorld();
    const companyId = await world.createCompany();
    administrator = await world.createOperator(companyId, "administrator");
    for (let index = 0; index < 9; index += 1) await world.createOperator(companyId);
    const other = await world.createCompany();
    await world.createOperator(other);
    const url = world.env.DATABASE_URL;
    await seedSessions(url, { companyCode: `c-${companyId}`, count: SESSIONS });
    await seedSessions(url, { companyCode: `c-${other}`, count: 5_000, seed: 2 });
  });
  afterAll(() => world.close());

  const filters = {
    nothing: {},
    "an operator": { operatorId: "administrator" },
    "a category": { category: "Printer" },
    "no category": { category: null },
    "an end reason": { endReason: "relay_lost" },
    "a period": { from: new Date(Date.now() - 300 * 86_400_000), to: new Date(Date.now() - 30 * 86_400_000) },
    "a text": { text: "toner" },
    "a text and two more": { text: "toner", endReason: "revoked", category: "Network" },
  } as const;

  const cases = (["start", "duration", "traffic"] as const).flatMap((sort) =>
    [true, false].flatMap((descending) =>
      Object.keys(filters).flatMap((filter) => [1, 400].map((page) => ({ sort, descending, filter, page }))),
    ),
  );

  test.each(cases)(
    "by $sort, descending: $descending, filtered by $filter, page $page: neither sorted nor scanned",
    async ({ sort, descending, filter, page }) => {
      const wanted = filters[filter as keyof typeof filters];
      const conditions = await logConditions(
        world.db,
        administrator.companyId,
        { ...wanted, ...("operatorId" in wanted && { operatorId: administrator.id }) },
        sort,
      );
      const query = { sort, descending, after: page === 1 ? null : await placeOfPage(page), limit: 51 };
      const sql = placeQuery(conditions, query);
      // Several processes that read everything are as good as an index while there is so little: a long log has no such choice.
      const [, explanation] = await world.db.$transaction([
        world.db.$executeRaw`SET LOCAL max_parallel_workers_per_gather = 0`,
        world.db.$queryRawUnsafe(`EXPLAIN (ANALYZE, FORMAT JSON) ${sql.text}`, ...sql.values),
      ]);
      const [row] = explained.parse(explanation);
      const nodes = flatten(row?.["QUERY PLAN"][0]?.Plan);
      const kinds = nodes.map((node) => node["Node Type"]);
      // What is looked through may be sorted when it is less than may be looked through.
      const forbidden = conditions.checked ? /Seq Scan/ : /Sort|Seq Scan|Bitmap/;
      expect(
        kinds.filter((kind) => forbidden.test(kind)),
        JSON.stringify(row),
      ).toEqual([]);
      const read = nodes
        .filter((node) => node["Node Type"].includes("Index"))
        .reduce((sum, node) => sum + (node["Actual Rows"] ?? 0) + (node["Rows Removed by Filter"] ?? 0), 0);
      // A page that is a piece of an index reads the page; one that has to look reads no more than it may.
      expect(read).toBeLessThanOrEqual(conditions.checked ? LOOKED_THROUGH_MAX : 51);

      async function placeOfPage(number: number) {
        const order = {
          start: { createdAt: descending ? "desc" : "asc" },
          duration: { durationSeconds: descending ? "desc" : "asc" },
          traffic: { bytesForwarded: descending ? "desc" : "asc" },
        } as const;
        const at = await world.db.supportSession.findFirstOrThrow({
          where: { companyId: administrator.companyId, phase: "ended" },
          orderBy: [order[sort], { id: descending ? "desc" : "asc" }],
          skip: number * 50,
        });
        const key = {
          start: at.createdAt.getTime(),
          duration: at.durationSeconds,
          traffic: Number(at.bytesForwarded),
        }[sort];
        return { sort, descending, key, id: at.id };
      }
    },
  );

  test("a page of the end of the log is there as quickly as the first one", async () => {
    const last = await world.db.supportSession.findFirstOrThrow({
      where: { companyId: administrator.companyId },
      orderBy: [{ createdAt: "asc" }, { id: "asc" }],
      skip: 60,
    });
    const cursor = encodeCursor({
      sort: "start",
      descending: true,
      key: last.createdAt.getTime(),
      id: last.id,
    });
    const page = await administrator.caller.log.list({ scope: "company", cursor });
    expect(page.rows).toHaveLength(50);
    expect(page.nextCursor).not.toBeNull();
  });

  test("a search that finds nothing hands out where it has come to, and arrives at the end", async () => {
    let cursor: string | undefined;
    let calls = 0;
    do {
      const page = await administrator.caller.log.list({ scope: "company", text: "no such words", cursor });
      expect(page.rows).toEqual([]);
      expect(page.isFull).toBe(page.nextCursor === null);
      cursor = page.nextCursor ?? undefined;
      calls += 1;
    } while (cursor !== undefined && calls < 10);
    expect(calls).toBe(Math.ceil(SESSIONS / LOOKED_THROUGH_MAX));
  });

  test("what is found far below is found, once", async () => {
    const rare = await world.db.supportSession.findFirstOrThrow({
      where: { companyId: administrator.companyId },
      orderBy: { createdAt: "asc" },
    });
    await administrator.caller.log.saveNote({ sessionId: rare.id, note: "needle", category: rare.category });
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await administrator.caller.log.list({ scope: "company", text: "NEEDLE", cursor });
      found.push(...page.rows.map(({ sessionId }) => sessionId));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(found).toEqual([rare.id]);
  });

  test("sorted by duration within a short period, at once", async () => {
    const from = new Date(Date.now() - 20 * 86_400_000);
    const page = await administrator.caller.log.list({
      scope: "company",
      from,
      sort: "duration",
      limit: 100,
    });
    const seconds = page.rows.map(({ durationSeconds }) => durationSeconds ?? 0);
    expect(seconds).toEqual([...seconds].sort((a, b) => b - a));
    expect(page.rows).toHaveLength(100);
    expect(page.rows.every(({ createdAt }) => createdAt >= from)).toBe(true);
    const rest = await administrator.caller.log.list({
      scope: "company",
      from,
      sort: "duration",
      limit: 100,
      cursor: page.nextCursor ?? undefined,
    });
    expect(rest.rows[0]?.durationSeconds ?? 0).toBeLessThanOrEqual(seconds.at(-1) ?? 0);
  });
});

function flatten(node: PlanNode | undefined): PlanNode[] {
  return node ? [node, ...(node.Plans ?? []).flatMap(flatten)] : [];
}
