import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { AuditPage } from "@/protocol/audit-log";
import { newId } from "@/server/db/new-id";
import { exportAuditEvents } from "@/server/domain/audit/export-audit-events";
import { listAuditEvents, readAuditPage } from "@/server/domain/audit/list-audit-events";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ProviderActor, ServiceContext } from "@/server/domain/service-context";
import {
  createWorld,
  refusal,
  type TestOperator,
  type World,
} from "@/server/domain/support-sessions/testing/world";
import { handleAuditExport } from "./audit-export";

const HOUR_MS = 3_600_000;

let world: World;
let admin: TestOperator;
let ctx: ServiceContext<OperatorActor>;

beforeAll(async () => {
  world = await createWorld();
});
beforeEach(async () => {
  admin = await world.createOperator(await world.createCompany(), "administrator");
  ctx = admin.context;
});
afterAll(() => world.close());

/** Entries an hour apart, oldest first. */
async function record(
  count: number,
  entry: { action?: string; subject?: string; detail?: Record<string, string> } = {},
  who: Pick<ServiceContext, "actor"> = ctx,
): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    world.advance(HOUR_MS);
    await recordAuditEvent(
      world.db,
      { actor: who.actor, clientAddress: "192.0.2.7", now: world.now },
      { action: "policy.changed", subject: null, companyId: admin.companyId, ...entry },
    );
  }
}

const entriesOf = ({ rows }: AuditPage) => rows.map(({ entry }) => entry);

test("pages follow one another, newest first, without a gap, while new entries come in", async () => {
  await record(25);
  const first = await admin.caller.audit.list({ limit: 10 });
  await record(3);
  const second = await admin.caller.audit.list({ limit: 10, cursor: first.nextCursor ?? "" });
  const third = await admin.caller.audit.list({ limit: 10, cursor: second.nextCursor ?? "" });
  const all = [first, second, third].flatMap(entriesOf);
  expect(all).toEqual(Array.from({ length: 25 }, (_, index) => 25 - index));
  expect(third.nextCursor).toBeNull();
});

test("entries of the same moment are neither lost nor repeated", async () => {
  const at = world.now();
  for (let n = 0; n < 7; n += 1) {
    await recordAuditEvent(
      world.db,
      { ...ctx, now: () => at },
      { action: "policy.changed", subject: null, companyId: admin.companyId },
    );
  }
  const first = await admin.caller.audit.list({ limit: 4 });
  const second = await admin.caller.audit.list({ limit: 4, cursor: first.nextCursor ?? "" });
  expect([...entriesOf(first), ...entriesOf(second)]).toEqual([7, 6, 5, 4, 3, 2, 1]);
});

test("period, actor, group and text narrow it down, alone and together", async () => {
  const other = await world.createOperator(admin.companyId);
  await world.db.operator.update({ where: { id: other.id }, data: { name: "Tanaka_100%" } });
  await record(2);
  const from = new Date(world.now().getTime() + 1);
  await record(2, { action: "session.ended", subject: `operator:${other.id}`, detail: { why: "lunch" } });
  const to = new Date(world.now().getTime() + 1);
  await record(2, { action: "session_log.exported" }, other.context);
  const list = async (filter: object) => entriesOf(await admin.caller.audit.list(filter));
  expect(await list({ from, to })).toEqual([4, 3]);
  expect(await list({ group: "session" })).toEqual([4, 3]);
  expect(await list({ actor: `operator:${other.id}` })).toEqual([6, 5]);
  expect(await list({ actor: "system" })).toEqual([]);
  expect(await list({ text: "LUNCH" })).toEqual([4, 3]);
  expect(await list({ text: "tanaka_100%" })).toEqual([6, 5, 4, 3]);
  expect(await list({ text: "tanaka_1%%" })).toEqual([]);
  expect(await list({ text: "192.0.2.7", group: "policy", to: from })).toEqual([2, 1]);
});

test("names are found for people of the own company alone; what has none keeps its kind and id", async () => {
  const stranger = await world.createOperator(await world.createCompany());
  await record(1, { subject: `operator:${admin.id}` });
  await record(1, { subject: `operator:${stranger.id}` });
  await record(1, { subject: "relay:relay-1" });
  const { rows } = await admin.caller.audit.list({});
  expect(rows.map(({ subject }) => subject)).toEqual([
    { kind: "relay", id: "relay-1", name: null },
    { kind: "operator", id: stranger.id, name: null },
    { kind: "operator", id: admin.id, name: "An operator" },
  ]);
  expect(rows[0]?.actor).toEqual({ kind: "operator", id: admin.id, name: "An operator" });
  expect((await admin.caller.audit.actors({})).map(({ value }) => value)).toEqual([`operator:${admin.id}`]);
});

test("no company sees another's entries, nor the provider's, nor the provider theirs", async () => {
  await record(2);
  await recordAuditEvent(world.db, world.system, {
    action: "relay.registered",
    subject: null,
    companyId: null,
  });
  const elsewhere = await world.createOperator(await world.createCompany(), "administrator");
  expect((await elsewhere.caller.audit.list({})).rows).toEqual([]);
  const cursor = (await admin.caller.audit.list({ limit: 1 })).nextCursor ?? "";
  expect((await elsewhere.caller.audit.list({ cursor })).rows).toEqual([]);
  const provider = await providerContext();
  const { rows } = await listAuditEvents(provider, { limit: 100 });
  expect(rows.map(({ action }) => action)).toContain("relay.registered");
  expect(rows.every(({ action }) => action !== "policy.changed")).toBe(true);
});

async function providerContext(): Promise<ServiceContext<ProviderActor>> {
  const id = newId();
  await world.db.providerAccount.create({
    data: { id, code: `p-${id}`, name: "A provider", passwordHash: "none" },
  });
  return {
    ...world.system,
    actor: { kind: "provider", providerAccountId: id, name: "A provider", signInId: newId() },
  };
}

test("it is for administrators", async () => {
  const operator = await world.createOperator(admin.companyId);
  expect((await refusal(operator.caller.audit.list({}))).code).toBe("FORBIDDEN");
  expect((await refusal(admin.caller.audit.listProvider({}))).code).toBe("FORBIDDEN");
  for (const cursor of ["x", "W10", Buffer.from('[1e20,"1"]').toString("base64url")]) {
    expect((await refusal(admin.caller.audit.list({ cursor }))).code).toBe("BAD_REQUEST");
  }
});

test("the export has every entry, safe to open in a spreadsheet, and is itself recorded", async () => {
  await world.db.operator.update({ where: { id: admin.id }, data: { name: "=HYPERLINK(1)" } });
  await record(5, { detail: { text: 'a "quoted", text' } });
  const pieces: string[] = [];
  for await (const piece of exportAuditEvents(ctx, { group: "policy" }, "ja")) pieces.push(piece);
  const text = pieces.join("");
  expect(text.startsWith("\uFEFF番号,日時")).toBe(true);
  const rows: string[][] = parse(text, { bom: true, fromLine: 2 });
  expect(rows).toHaveLength(5);
  expect(rows[0]).toEqual([
    "5",
    world.now().toISOString(),
    "オペレーター",
    "'=HYPERLINK(1)",
    admin.id,
    "ポリシーを変更",
    "policy.changed",
    "",
    "",
    "",
    "192.0.2.7",
    '{"text":"a \\"quoted\\", text"}',
  ]);
  const { rows: recorded } = await admin.caller.audit.list({ group: "audit" });
  expect(recorded).toMatchObject([{ action: "audit.exported", detail: { group: "policy" } }]);
});

test("an export that nobody may have answers a code and no file", async () => {
  const get = (url: string, headers: Record<string, string> = {}) =>
    handleAuditExport(new Request(`http://localhost${url}`, { headers }), "company", "en", world.parts);
  expect((await get("/admin/audit/export")).status).toBe(401);
  expect((await get("/admin/audit/export", { "sec-fetch-site": "cross-site" })).status).toBe(403);
});

test("a search stops after 20,000 entries and goes on from there", async () => {
  await world.db.$executeRaw`
    INSERT INTO audit_event (company_id, actor, action, at, detail)
    SELECT ${admin.companyId}::uuid, 'system', 'session.ended', ${world.now()}::timestamptz - n * interval '1 second',
      CASE WHEN n IN (5, 25000) THEN '{"why": "needle"}'::jsonb ELSE '{}'::jsonb END
    FROM generate_series(1, 30000) n`;
  const first = await readAuditPage(ctx, { text: "needle" }, 50, null);
  expect(first.rows).toHaveLength(1);
  expect(first.searchedBackTo).toEqual(new Date(world.now().getTime() - 20_000_000));
  const second = await admin.caller.audit.list({ text: "needle", cursor: first.nextCursor ?? "" });
  expect(second.rows).toHaveLength(1);
  expect(second.nextCursor).toBeNull();
});
