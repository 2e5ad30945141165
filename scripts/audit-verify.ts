import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { loadEnvFile } from "node:process";
import pg from "pg";
import { normalizeCode } from "@/server/auth/sign-in-input";
import { checkpointFolder } from "@/server/domain/audit/chain/checkpoint-files";
import { type AuditReport, verifyAuditLog } from "@/server/domain/audit/chain/verify-audit-log";
import type { ChainReport } from "@/server/domain/audit/chain/verify-chain";
import { CommandError, readOptions, runCommand } from "./command-line";
import { runningDatabaseUrl } from "./start/running-database";

/**
 * `npm run audit:verify`: recomputes the audit log's chains and compares them with the signed checkpoints. Changes nothing;
 * the service may run meanwhile. Exit codes: 0 all is well, 1 something is not as it was written, 2 it could not be checked.
 */
const USAGE = `Usage: npm run audit:verify -- [--company <code>] [--checkpoints <folder>]… [--public-key <PEM file>]… [--json]

  --company      check this company's log alone
  --checkpoints  a folder with checkpoint files; several are taken together (default: DATA_DIR/audit-checkpoints)
  --public-key   a key whose signatures count, beside the present AUDIT_SIGNING_KEY (after a change of keys, or
                 on a machine that does not have the signing key)
  --json         write the report as JSON`;
const SOMETHING_IS_WRONG = 1;
const COULD_NOT_CHECK = 2;
const FINDINGS_SHOWN = 50;

async function main(): Promise<void> {
  if (existsSync(".env")) loadEnvFile(".env");
  const options = readArguments();
  const dataDirectory = path.resolve(process.env.DATA_DIR || ".data");
  const folders = options.checkpoints ?? [checkpointFolder({ DATA_DIR: dataDirectory })];
  const keys = await readKeys(dataDirectory, options["public-key"] ?? []);
  const databaseUrl = process.env.DATABASE_URL || (await runningDatabaseUrl(dataDirectory));
  if (!databaseUrl) {
    throw new CommandError(
      `There is no database to check. Set DATABASE_URL, or start Madoguchi with this DATA_DIR (${dataDirectory}).`,
    );
  }
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const names = await readCompanyCodes(client);
    const startedAt = performance.now();
    const report = await verifyAuditLog({
      client,
      folders,
      keys,
      companyId: options.company === undefined ? null : findCompany(names, options.company),
      onProgress: showProgress(names),
    });
    const seconds = (performance.now() - startedAt) / 1_000;
    const isWell = [...report.findings, ...report.chains.flatMap(({ findings }) => findings)].length === 0;
    process.stdout.write(
      options.json
        ? `${JSON.stringify({ ok: isWell, ...report }, null, 2)}\n`
        : describeReport(report, names, folders, isWell, seconds),
    );
    if (!isWell) process.exitCode = SOMETHING_IS_WRONG;
  } finally {
    await client.end();
  }
}

function readArguments() {
  return readOptions(
    {
      company: { type: "string" },
      checkpoints: { type: "string", multiple: true },
      "public-key": { type: "string", multiple: true },
      json: { type: "boolean", default: false },
    },
    USAGE,
  );
}

/** The present key from where the service has it, and those that were named. */
async function readKeys(dataDirectory: string, files: readonly string[]): Promise<KeyObject[]> {
  const present =
    process.env.AUDIT_SIGNING_KEY ||
    (await readFile(path.join(dataDirectory, "secrets", "audit-signing-key"), "utf8").catch(() => ""));
  const keys: KeyObject[] = [];
  if (present.trim() !== "") {
    try {
      keys.push(createPublicKey(createPrivateKey(Buffer.from(present, "base64"))));
    } catch {
      throw new CommandError("AUDIT_SIGNING_KEY is not an Ed25519 key (PKCS#8 PEM, base64 on one line).");
    }
  }
  for (const file of files) {
    try {
      keys.push(createPublicKey(await readFile(file)));
    } catch {
      throw new CommandError(`${file} is not a public key in PEM form.`);
    }
  }
  if (keys.length > 0) return keys;
  throw new CommandError(
    "There is no key to check signatures with. Set AUDIT_SIGNING_KEY or DATA_DIR, or name a file with --public-key.",
  );
}

/** Codes by chain. */
async function readCompanyCodes(client: pg.Client): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ id: string; code: string }>("SELECT id, code FROM company");
  return new Map(rows.map(({ id, code }) => [`company:${id}`, code]));
}

function findCompany(names: ReadonlyMap<string, string>, typed: string): string {
  const wanted = normalizeCode(typed);
  const found = [...names].find(([, code]) => code === wanted);
  if (!found) throw new CommandError(`There is no company with the code "${typed}".`);
  return found[0].slice("company:".length);
}

/** One line that is written over, at a terminal only. */
function showProgress(names: ReadonlyMap<string, string>): (chain: string, entries: number) => void {
  if (!process.stderr.isTTY) return () => undefined;
  return (chain, entries) => {
    process.stderr.write(`\r\x1b[K${nameOf(chain, names)}: ${entries.toLocaleString("en")} entries…`);
  };
}

function nameOf(chain: string, names: ReadonlyMap<string, string>): string {
  if (chain === "provider") return "Provider";
  const code = names.get(chain);
  return code === undefined ? `${chain} (no such company)` : `Company ${code}`;
}

function describeReport(
  report: AuditReport,
  names: ReadonlyMap<string, string>,
  folders: readonly string[],
  isWell: boolean,
  seconds: number,
): string {
  const entries = report.chains.reduce((sum, chain) => sum + chain.entries, 0);
  const lines: string[] = process.stderr.isTTY ? ["\r\x1b[K"] : [];
  for (const chain of report.chains) lines.push(...describeChain(chain, names));
  if (report.findings.length > 0) lines.push("Outside the chains:", ...findingLines(report.findings));
  if (report.chains.length === 0 && isWell) {
    lines.push("There is nothing to verify: the audit log has no entries.");
  } else {
    lines.push(
      "",
      `${entries.toLocaleString("en")} entries and ${report.checkpoints.toLocaleString("en")} signed checkpoints in ${folders.join(", ")} were checked in ${seconds.toFixed(1)} s.`,
      isWell
        ? "The audit log is as it was written."
        : "THE AUDIT LOG IS NOT AS IT WAS WRITTEN. Keep this report, the database and all copies of the checkpoints.",
    );
  }
  return `${lines.join("\n")}\n`;
}

function describeChain(chain: ChainReport, names: ReadonlyMap<string, string>): string[] {
  const state = chain.findings.length === 0 ? "ok" : "NOT AS IT WAS WRITTEN";
  const range = chain.firstSeq === null ? "no entries" : `entries ${chain.firstSeq} to ${chain.lastSeq}`;
  const lines = [`${nameOf(chain.chain, names)}: ${range}: ${state}`];
  if (chain.removedByRetention > 0 && chain.findings.length === 0) {
    lines.push(`  The first ${chain.removedByRetention} were removed by retention, which is signed.`);
  }
  const signed = chain.lastAgreeingCheckpoint;
  if (signed === null && chain.entries > 0) {
    lines.push(
      "  No checkpoint covers it: that it was cut off or written anew as a whole would not be seen.",
    );
  } else if (signed !== null && chain.lastSeq !== null && chain.lastSeq > signed.seq) {
    lines.push(
      `  Signed up to entry ${signed.seq} (${signed.at}); the ${chain.lastSeq - signed.seq} after it are not yet.`,
    );
  }
  return [...lines, ...findingLines(chain.findings)];
}

function findingLines(findings: ChainReport["findings"]): string[] {
  const shown = findings.slice(0, FINDINGS_SHOWN).map(({ sentence }) => `  ✗ ${sentence}`);
  const more = findings.length - shown.length;
  return more > 0 ? [...shown, `  … and ${more} more (--json lists them all)`] : shown;
}

await runCommand(main, COULD_NOT_CHECK);
