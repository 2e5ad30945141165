import { generateKeyPairSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { parseEnvironment } from "@/env";
import type { ServiceContext, SystemActor } from "@/server/domain/service-context";
import { createWorld, type World } from "@/server/domain/support-sessions/testing/world";
import { testVariables } from "@/server/http/testing/test-variables";
import { recordAuditEvent } from "../record-audit-event";
import { publicKeyOf } from "./checkpoint";
import { checkpointFolder } from "./checkpoint-files";
import { removeExpiredEvents } from "./remove-expired-events";
import { verifyAuditLog } from "./verify-audit-log";
import { writeCheckpoints } from "./write-checkpoints";

const DAY_MS = 24 * 3_600_000;

let world: World;
let client: pg.Client;
let ctx: ServiceContext<SystemActor>;
let companyId: string;
let chain: string;

beforeAll(async () => {
  world = await createWorld();
  client = new pg.Client({ connectionString: world.env.DATABASE_URL });
  await client.connect();
});
beforeEach(async () => {
  // Each test has keys and a DATA_DIR of its own, and a company whose log it may spoil.
  ctx = {
    ...world.system,
    env: { ...parseEnvironment(testVariables()), DATABASE_URL: world.env.DATABASE_URL },
  };
  companyId = await world.createCompany();
  chain = `company:${companyId}`;
});
afterAll(async () => {
  await client.end();
  await world.close();
});

async function record(count: number, subject: string | null = null): Promise<void> {
  for (let n = 1; n <= count; n += 1) {
    await recordAuditEvent(world.db, ctx, {
      action: "test.happened",
      subject,
      companyId,
      detail: { number: n, text: 'ä受付"\\\n', nested: { b: 1.5, a: [null, true] } },
    });
  }
}

/** As somebody does who owns the database: nothing in it stops him. */
async function tamper(sql: string, values: unknown[] = [chain]): Promise<void> {
  await client.query("BEGIN");
  for (const table of ["audit_event", "audit_link", "audit_chain"]) {
    await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ALL`);
  }
  const { rowCount } = await client.query(sql, values);
  expect(rowCount).toBeGreaterThan(0);
  for (const table of ["audit_event", "audit_link", "audit_chain"]) {
    await client.query(`ALTER TABLE ${table} ENABLE TRIGGER ALL`);
  }
  await client.query("COMMIT");
}

async function verify(keys = [publicKeyOf(ctx.env.AUDIT_SIGNING_KEY)]) {
  const report = await verifyAuditLog({
    client,
    companyId,
    folders: [checkpointFolder(ctx.env)],
    keys,
  });
  const [only] = report.chains;
  return {
    report: only,
    found: [...report.findings, ...report.chains.flatMap(({ findings }) => findings)],
  };
}
const kindsAndPlaces = async () => (await verify()).found.map(({ kind, seq }) => `${kind} ${seq}`);
const eventAt = (seq: number) => `(SELECT event_id FROM audit_link WHERE chain = $1 AND seq = ${seq})`;

/** The database's own functions over the chain from an entry on, as somebody calls them who covers his traces. */
const REWRITE = `
  WITH RECURSIVE anew AS (
    SELECT l.seq, l.event_id, l.previous_hash, audit_event_digest(l.previous_hash, l.seq, e) AS hash
    FROM audit_link l JOIN audit_event e ON e.id = l.event_id WHERE l.chain = $1 AND l.seq = 1
    UNION ALL
    SELECT l.seq, l.event_id, anew.hash, audit_event_digest(anew.hash, l.seq, e)
    FROM anew JOIN audit_link l ON l.chain = $1 AND l.seq = anew.seq + 1 JOIN audit_event e ON e.id = l.event_id
  )`;
async function rewriteWholeChain(): Promise<void> {
  await tamper(
    `${REWRITE} UPDATE audit_link SET previous_hash = anew.previous_hash, hash = anew.hash FROM anew
     WHERE audit_link.chain = $1 AND audit_link.seq = anew.seq`,
  );
  await tamper(
    `UPDATE audit_chain SET seq = l.seq, hash = l.hash FROM audit_link l
     WHERE audit_chain.chain = $1 AND l.chain = $1
       AND l.seq = (SELECT max(seq) FROM audit_link WHERE chain = $1)`,
  );
}

test("a log that nobody touched agrees with itself and with its checkpoints, and with the database's own function", async () => {
  await record(7);
  expect(await writeCheckpoints(ctx)).toBeGreaterThan(0);
  await record(3);
  const { report, found } = await verify();
  expect(found).toEqual([]);
  expect(report).toMatchObject({ entries: 10, firstSeq: 1, lastSeq: 10, lastAgreeingCheckpoint: { seq: 7 } });
});

test("a company without a single entry has nothing to verify", async () => {
  const { report, found } = await verify();
  expect(report).toBeUndefined();
  expect(found).toEqual([]);
});

test.each([
  ["detail", `'{"number": 99}'`],
  ["actor", "'operator:somebody-else'"],
  ["action", "'test.other'"],
  ["subject", "'session:x'"],
  ["client_address", "'192.0.2.9'"],
  ["at", "at + interval '1 millisecond'"],
])("an edit of %s is found, at its entry alone", async (column, value) => {
  await record(5);
  await tamper(`UPDATE audit_event SET ${column} = ${value} WHERE id = ${eventAt(3)}`);
  expect(await kindsAndPlaces()).toEqual(["edited 3"]);
  expect((await verify()).found[0]?.sentence).toMatch(/^Entry 3 \(event \d+, test\.\w+ at .+\) was changed/);
});

test("a deletion is found, whether or not what follows was closed up", async () => {
  await record(6);
  await tamper(`DELETE FROM audit_event WHERE id IN ${eventAt(3)}`);
  expect(await kindsAndPlaces()).toEqual(["missing 3"]);
  await tamper("DELETE FROM audit_link WHERE chain = $1 AND seq = 3");
  expect(await kindsAndPlaces()).toEqual(["missing 3"]);
  for (const seq of [4, 5, 6]) {
    await tamper(`UPDATE audit_link SET seq = seq - 1 WHERE chain = $1 AND seq = ${seq}`);
  }
  expect(await kindsAndPlaces()).toEqual(
    expect.arrayContaining(["out_of_order 3", "edited 3", "edited 4", "edited 5", "truncated 6"]),
  );
});

test("a reordering is found, of events as of links, with both places", async () => {
  await record(5);
  const ids = await client.query<{ event_id: string }>(
    "SELECT event_id FROM audit_link WHERE chain = $1 AND seq IN (2, 4) ORDER BY seq",
    [chain],
  );
  const [second, fourth] = ids.rows.map(({ event_id }) => event_id);
  await client.query("ALTER TABLE audit_link DROP CONSTRAINT IF EXISTS audit_link_event_id_key");
  await client.query("DROP INDEX IF EXISTS audit_link_event_id_key");
  await tamper(
    "UPDATE audit_link SET event_id = CASE seq WHEN 2 THEN $3::bigint ELSE $2::bigint END WHERE chain = $1 AND seq IN (2, 4)",
    [chain, second, fourth],
  );
  await client.query("CREATE UNIQUE INDEX audit_link_event_id_key ON audit_link (event_id)");
  expect(await kindsAndPlaces()).toEqual(["exchanged 2", "exchanged 4"]);
  expect((await verify()).found[0]?.sentence).toContain("where the one that is now entry 4 stood");

  await rewriteLinksBack(second, fourth);
  expect(await kindsAndPlaces()).toEqual([]);
  for (const [from, to] of [
    [2, 100],
    [3, 2],
    [100, 3],
  ]) {
    await tamper(`UPDATE audit_link SET seq = ${to} WHERE chain = $1 AND seq = ${from}`);
  }
  expect(await kindsAndPlaces()).toEqual(
    expect.arrayContaining(["out_of_order 2", "out_of_order 3", "out_of_order 4"]),
  );
});

async function rewriteLinksBack(second: string | undefined, fourth: string | undefined): Promise<void> {
  await client.query("DROP INDEX audit_link_event_id_key");
  await tamper(
    "UPDATE audit_link SET event_id = CASE seq WHEN 2 THEN $2::bigint ELSE $3::bigint END WHERE chain = $1 AND seq IN (2, 4)",
    [chain, second, fourth],
  );
  await client.query("CREATE UNIQUE INDEX audit_link_event_id_key ON audit_link (event_id)");
}

test("a truncation is found by the chain's head, and by the checkpoint when the head was set back too", async () => {
  await record(6);
  await writeCheckpoints(ctx);
  await tamper(
    "DELETE FROM audit_event WHERE id IN (SELECT event_id FROM audit_link WHERE chain = $1 AND seq > 4)",
  );
  await tamper("DELETE FROM audit_link WHERE chain = $1 AND seq > 4");
  expect(await kindsAndPlaces()).toEqual(["truncated 5"]);
  await tamper(
    "UPDATE audit_chain SET seq = 4, hash = (SELECT hash FROM audit_link WHERE chain = $1 AND seq = 4) WHERE chain = $1",
  );
  expect(await kindsAndPlaces()).toEqual(["truncated 5"]);
  expect((await verify()).found[0]?.sentence).toMatch(
    /^Entries 5 to 6 are missing at the end: 6 entries .* signed/,
  );
  await tamper("DELETE FROM audit_event WHERE company_id::text = substr($1, 9)");
  await tamper("DELETE FROM audit_link WHERE chain = $1");
  await tamper("DELETE FROM audit_chain WHERE chain = $1");
  expect(await kindsAndPlaces()).toEqual(["truncated 1"]);
  // And what the database lost is not signed away.
  await record(9);
  expect(await writeCheckpoints(ctx)).toBe(0);
});

test("a whole rewrite is found, and between which entries it began", async () => {
  await record(4);
  await writeCheckpoints(ctx);
  await record(4);
  await writeCheckpoints(ctx);
  await tamper(`UPDATE audit_event SET detail = '{}' WHERE id = ${eventAt(6)}`);
  await rewriteWholeChain();
  expect(await kindsAndPlaces()).toEqual(["rewritten 8"]);
  expect((await verify()).found[0]?.sentence).toContain("from an entry after 4 and not after 8");
  await tamper(`UPDATE audit_event SET detail = '{}' WHERE id = ${eventAt(1)}`);
  await rewriteWholeChain();
  expect(await kindsAndPlaces()).toEqual(["rewritten 4"]);
});

test("an entry that was put in past the chain is found", async () => {
  await record(2);
  await tamper(
    "INSERT INTO audit_event (company_id, actor, action) VALUES (substr($1, 9)::uuid, 'system', 'test.forged')",
  );
  const { found } = await verify();
  expect(found).toMatchObject([{ kind: "unlinked", sentence: expect.stringContaining("test.forged") }]);
});

test("checkpoints are written only when there is something new; a changed, forged or removed line is found", async () => {
  for (let round = 0; round < 3; round += 1) {
    await record(2);
    await writeCheckpoints(ctx);
    expect(await writeCheckpoints(ctx)).toBe(0);
  }
  const file = path.join(checkpointFolder(ctx.env), `company-${companyId}.jsonl`);
  const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
  expect(lines).toHaveLength(3);
  await writeFile(file, `${lines[0]}\n${lines[2]}\n`);
  expect((await verify()).found).toMatchObject(
    [{ kind: "checkpoint_file", sentence: /Line 2 .* removed or moved/ }].map(({ kind, sentence }) => ({
      kind,
      sentence: expect.stringMatching(sentence),
    })),
  );
  await writeFile(file, `${lines[0]}\n${lines[1]?.replace('"seq":4', '"seq":3')}\n${lines[2]}\n`);
  expect((await verify()).found.map(({ sentence }) => sentence)).toEqual([
    expect.stringMatching(/^Line 2 .* is not signed/),
    expect.stringMatching(/^Line 3 .* does not follow/),
  ]);
  await writeFile(file, `${lines.join("\n")}\n`);
  expect((await verify()).found).toEqual([]);
  const stranger = generateKeyPairSync("ed25519").publicKey;
  expect((await verify([stranger])).found).toHaveLength(3);
  expect((await verify([stranger, publicKeyOf(ctx.env.AUDIT_SIGNING_KEY)])).found).toEqual([]);
});

test("a line that a crash left half written is cut off and the next one follows the last whole one", async () => {
  await record(1);
  await writeCheckpoints(ctx);
  const file = path.join(checkpointFolder(ctx.env), `company-${companyId}.jsonl`);
  await writeFile(file, `${await readFile(file, "utf8")}{"kind":"checkpo`);
  await record(1);
  await writeCheckpoints(ctx);
  expect((await verify()).found).toEqual([]);
  expect((await verify()).report?.lastAgreeingCheckpoint?.seq).toBe(2);
});

test("retention takes the beginning alone, signs it, and what is left is still whole; cutting off by hand is found", async () => {
  await world.db.companyPolicy.create({ data: { companyId, auditRetentionDays: 90 } });
  await record(4);
  await writeCheckpoints(ctx);
  const later = (days: number) => ({ ...ctx, now: () => new Date(world.now().getTime() + days * DAY_MS) });
  await recordAuditEvent(world.db, later(60), { action: "test.later", subject: null, companyId });
  expect(await removeExpiredEvents(later(90))).toBe(0);
  expect(await removeExpiredEvents(later(92))).toBe(4);
  expect(await removeExpiredEvents(later(92))).toBe(0);
  const { report, found } = await verify();
  expect(found).toEqual([]);
  // The one that was young enough, and the line that tells of the removal.
  expect(report).toMatchObject({ entries: 2, firstSeq: 5, lastSeq: 6, removedByRetention: 4 });
  expect(await writeCheckpoints(ctx)).toBeGreaterThan(0);
  expect((await verify()).found).toEqual([]);

  await tamper(`DELETE FROM audit_event WHERE id = ${eventAt(5)}`);
  await tamper("DELETE FROM audit_link WHERE chain = $1 AND seq = 5");
  expect((await verify()).found).toMatchObject([
    { kind: "missing", seq: 1, sentence: expect.stringContaining("no signed statement") },
  ]);
});

test("without retention's own word in the transaction nothing is deleted, and nothing is ever changed", async () => {
  await record(1);
  for (const sql of [
    "DELETE FROM audit_event WHERE company_id::text = substr($1, 9)",
    "DELETE FROM audit_link WHERE chain = $1",
    "UPDATE audit_event SET action = 'x.y' WHERE company_id::text = substr($1, 9)",
    "UPDATE audit_link SET seq = 9 WHERE chain = $1",
  ]) {
    await expect(client.query(sql, [chain])).rejects.toThrow("append-only");
  }
});

test("fifty transactions at once give one chain without a gap; one that rolls back leaves nothing", async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, (_, n) =>
      world.db.$transaction(
        async (tx) => {
          for (let event = 0; event < 3; event += 1) {
            await recordAuditEvent(tx, ctx, { action: "test.happened", subject: `test:${n}`, companyId });
          }
          if (n % 10 === 9) throw new Error("rolled back");
        },
        { maxWait: 30_000 },
      ),
    ),
  );
  expect(results.filter(({ status }) => status === "rejected")).toHaveLength(5);
  const { report, found } = await verify();
  expect(found).toEqual([]);
  expect(report).toMatchObject({ entries: 135, lastSeq: 135 });
});
