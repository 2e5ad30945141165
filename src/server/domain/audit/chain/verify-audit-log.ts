import type { KeyObject } from "node:crypto";
import type pg from "pg";
import { isSignedBy } from "./checkpoint";
import { type FoundLine, readCheckpoints } from "./checkpoint-files";
import { type ChainReport, type Finding, type StoredLink, verifyChain } from "./verify-chain";

/** Rows a read: enough that the way to the database does not count, few enough that they are no weight. */
const PAGE = 5_000;
/** More of the same kind would only fill the screen. */
const UNLINKED_SHOWN = 100;

export interface VerifyOptions {
  readonly client: pg.Client;
  /** Folders with checkpoint files: DATA_DIR/audit-checkpoints, and copies from elsewhere. */
  readonly folders: readonly string[];
  /** Whose signatures count: the present key, and earlier ones. */
  readonly keys: readonly KeyObject[];
  /** Null: every chain. */
  readonly companyId: string | null;
  /** Told after every page. */
  readonly onProgress?: (chain: string, entries: number) => void;
}

export interface AuditReport {
  readonly chains: readonly ChainReport[];
  /** What is wrong with checkpoint files, or lies outside every chain. */
  readonly findings: readonly Finding[];
  readonly checkpoints: number;
}

interface Signed {
  readonly checkpoints: Map<number, { hash: string; at: string }>;
  readonly retention: Map<number, string>;
}

/**
 * Checks the audit log against itself and against what was signed. Everything is read in one snapshot, so the service may
 * go on meanwhile; a chain of any length takes one page of memory and its checkpoints'.
 */
export async function verifyAuditLog(options: VerifyOptions): Promise<AuditReport> {
  const { client, companyId } = options;
  const findings: Finding[] = [];
  const signed = new Map<string, Signed>();
  const only = companyId === null ? null : `company:${companyId}`;
  // Checkpoints before the snapshot, so that each was true in it; retention after, since it is signed before it removes.
  const checkpoints = await collect(options, "checkpoint", signed, findings);
  await client.query("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
  try {
    const stored = await client.query<{ chain: string }>(
      "SELECT chain FROM audit_chain UNION SELECT DISTINCT chain FROM audit_link",
    );
    await collect(options, "retention", signed, findings);
    const names = new Set([...stored.rows.map(({ chain }) => chain), ...signed.keys()]);
    const chains: ChainReport[] = [];
    for (const chain of [...names].sort()) {
      if (only !== null && chain !== only) continue;
      chains.push(
        await verifyChain({
          chain,
          head: await readHead(client, chain),
          links: readLinks(options, chain),
          signed: signed.get(chain) ?? emptySigned(),
        }),
      );
    }
    findings.push(...(await findUnlinked(client, companyId)));
    return { chains, findings, checkpoints };
  } finally {
    await client.query("ROLLBACK");
  }
}

function emptySigned(): Signed {
  return { checkpoints: new Map(), retention: new Map() };
}

/** @returns how many lines with a good signature were read */
async function collect(
  { folders, keys, companyId }: VerifyOptions,
  kind: "checkpoint" | "retention",
  signed: Map<string, Signed>,
  findings: Finding[],
): Promise<number> {
  let count = 0;
  const only = companyId === null ? null : `company:${companyId}`;
  for (const folder of folders) {
    for await (const line of readCheckpoints(folder, kind, only)) {
      const problem = problemOf(line, keys);
      if (problem) findings.push({ kind: "checkpoint_file", seq: null, sentence: problem.sentence });
      const { checkpoint } = line;
      // What is signed counts, also in a file that lost a line.
      if (checkpoint === null || problem?.isUntrue) continue;
      count += 1;
      const facts = signed.get(checkpoint.chain) ?? emptySigned();
      signed.set(checkpoint.chain, facts);
      if (kind === "retention") {
        facts.retention.set(checkpoint.seq, checkpoint.hash);
        continue;
      }
      const known = facts.checkpoints.get(checkpoint.seq);
      if (known && known.hash !== checkpoint.hash) {
        findings.push({
          kind: "rewritten",
          seq: checkpoint.seq,
          sentence: `Entry ${checkpoint.seq} of ${checkpoint.chain} was signed twice with different content, at ${known.at} and ${checkpoint.at}: the chain was written anew in between.`,
        });
        continue;
      }
      facts.checkpoints.set(checkpoint.seq, { hash: checkpoint.hash, at: checkpoint.at });
    }
  }
  return count;
}

function problemOf(
  line: FoundLine,
  keys: readonly KeyObject[],
): { sentence: string; isUntrue: boolean } | null {
  const where = `Line ${line.lineNumber} of ${line.file}`;
  if (line.checkpoint === null) {
    return { sentence: `${where} is not a checkpoint of this file's chain.`, isUntrue: true };
  }
  if (!isSignedBy(keys, line.checkpoint)) {
    return {
      sentence: `${where} is not signed with a key that was given: it was changed, or an earlier key is missing.`,
      isUntrue: true,
    };
  }
  if (line.followsPrevious) return null;
  return {
    sentence: `${where} does not follow the line before it: a line was removed or moved.`,
    isUntrue: false,
  };
}

async function readHead(client: pg.Client, chain: string): Promise<{ seq: number; hash: string } | null> {
  const { rows } = await client.query<{ seq: string; hash: string }>(
    "SELECT seq, encode(hash, 'hex') AS hash FROM audit_chain WHERE chain = $1",
    [chain],
  );
  const [row] = rows;
  return row ? { seq: Number(row.seq), hash: row.hash } : null;
}

interface LinkRow {
  readonly seq: string;
  readonly event_id: string;
  readonly previous_hash: string;
  readonly hash: string;
  readonly id: string | null;
  readonly at_ms: string;
  readonly company_id: string | null;
  readonly actor: string;
  readonly action: string;
  readonly subject: string | null;
  readonly client_address: string | null;
  readonly detail: string;
}

async function* readLinks({ client, onProgress }: VerifyOptions, chain: string): AsyncGenerator<StoredLink> {
  let after = 0;
  let entries = 0;
  for (;;) {
    const { rows } = await client.query<LinkRow>({
      name: "read-links",
      text: `
        SELECT l.seq, l.event_id, encode(l.previous_hash, 'hex') AS previous_hash, encode(l.hash, 'hex') AS hash,
          e.id, floor(extract(epoch FROM e.at) * 1000)::bigint AS at_ms, e.company_id, e.actor, e.action, e.subject,
          e.client_address, e.detail::text AS detail
        FROM audit_link l LEFT JOIN audit_event e ON e.id = l.event_id
        WHERE l.chain = $1 AND l.seq > $2 ORDER BY l.seq LIMIT ${PAGE}`,
      values: [chain, after],
    });
    for (const row of rows) yield toLink(row);
    entries += rows.length;
    onProgress?.(chain, entries);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = Number(last.seq);
  }
}

function toLink(row: LinkRow): StoredLink {
  return {
    seq: Number(row.seq),
    eventId: row.event_id,
    previousHash: row.previous_hash,
    hash: row.hash,
    event:
      row.id === null
        ? null
        : {
            id: row.id,
            atMs: row.at_ms,
            companyId: row.company_id,
            actor: row.actor,
            action: row.action,
            subject: row.subject,
            clientAddress: row.client_address,
            detail: row.detail,
          },
  };
}

/** Events that no link names: put in past the trigger, or their link was taken away. */
async function findUnlinked(client: pg.Client, companyId: string | null): Promise<Finding[]> {
  const { rows } = await client.query<{ id: string; company_id: string | null; action: string; at: Date }>(
    `SELECT e.id, e.company_id, e.action, e.at FROM audit_event e
     WHERE NOT EXISTS (SELECT 1 FROM audit_link l WHERE l.event_id = e.id) AND ($1::uuid IS NULL OR e.company_id = $1)
     ORDER BY e.id LIMIT ${UNLINKED_SHOWN}`,
    [companyId],
  );
  return rows.map((row) => ({
    kind: "unlinked",
    seq: null,
    sentence: `Event ${row.id} (${row.action} at ${row.at.toISOString()}, ${row.company_id ? `company:${row.company_id}` : "provider"}) is in no chain: it was put in past the chain, or its place was removed.`,
  }));
}
