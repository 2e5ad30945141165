import type { ServiceContext } from "@/server/domain/service-context";
import { type ZipEntry, zipStream } from "./zip-stream";

const PAGE = 1_000;
/** Lines a file: far below the 4 GiB that one file of the archive may have. */
const LINES_PER_FILE = 500_000;

/**
 * Everything that belongs to a company, as one ZIP archive that is written while it is read: at no moment more than a page of
 * rows is in memory, however many there are.
 *
 * Lists are JSON, one object a line: lossless, with nothing for a spreadsheet to run, and readable by every database. For
 * tables to look at there are the CSV exports of the admin site while the company is open. Left out is what opens
 * accounts (hashes of passwords, secrets of second factors, sign-ins).
 */
export function exportCompany(
  ctx: Pick<ServiceContext, "db" | "now">,
  companyId: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  return zipStream(entries(ctx, companyId));
}

async function* entries(
  ctx: Pick<ServiceContext, "db" | "now">,
  companyId: string,
): AsyncGenerator<ZipEntry, void, undefined> {
  const { db } = ctx;
  const { policy, logo, ...company } = await db.company.findUniqueOrThrow({
    where: { id: companyId },
    include: { policy: true, logo: true },
  });
  yield { name: "README.txt", content: whole(readme(company, ctx.now())) };
  yield { name: "company.json", content: whole(toJson(company, 2)) };
  yield { name: "policy.json", content: whole(toJson(policy, 2)) };
  if (logo) {
    yield { name: `logo.${logo.mediaType.split("/")[1] ?? "bin"}`, content: whole(logo.content) };
  }

  yield* files("operators", "createdAt", (after: Place<string> | null) =>
    db.operator.findMany({
      where: { companyId, ...from("createdAt", after) },
      orderBy: [{ createdAt: "asc" }, { id: "asc" }],
      take: PAGE,
      select: {
        id: true,
        code: true,
        name: true,
        role: true,
        email: true,
        locale: true,
        createdAt: true,
        lastSignInAt: true,
        disabledAt: true,
        deletedAt: true,
      },
    }),
  );
  yield* files("sessions", "createdAt", (after: Place<string> | null) =>
    db.supportSession.findMany({
      where: { companyId, ...from("createdAt", after) },
      orderBy: [{ createdAt: "asc" }, { id: "asc" }],
      take: PAGE,
      omit: {
        ticketHash: true,
        companyId: true,
        operatorPresent: true,
        customerPresent: true,
        toolPresent: true,
      },
      include: {
        observers: { orderBy: { joinedAt: "asc" }, omit: { sessionId: true } },
        quality: { orderBy: { at: "asc" }, omit: { sessionId: true, id: true } },
      },
    }),
  );
  yield* files("audit-log", "at", (after: Place<bigint> | null) =>
    db.auditEvent.findMany({
      where: { companyId, ...fromEvent(after) },
      orderBy: [{ at: "asc" }, { id: "asc" }],
      take: PAGE,
      omit: { companyId: true },
      include: { link: { omit: { eventId: true } } },
    }),
  );
}

/** The last row that was written: the next page begins after it, whatever is added or deleted meanwhile. */
interface Place<Id> {
  readonly at: Date;
  readonly id: Id;
}

function from(column: "createdAt", after: Place<string> | null) {
  if (!after) return {};
  const { at, id } = after;
  return { [column]: { gte: at }, OR: [{ [column]: { gt: at } }, { id: { gt: id } }] };
}

function fromEvent(after: Place<bigint> | null) {
  if (!after) return {};
  const { at, id } = after;
  return { at: { gte: at }, OR: [{ at: { gt: at } }, { id: { gt: id } }] };
}

interface Progress<Id> {
  after: Place<Id> | null;
  over: boolean;
}

/** A list as one file or several. */
async function* files<Time extends string, Id, Row extends { readonly id: Id } & Record<Time, Date>>(
  name: string,
  time: Time,
  read: (after: Place<Id> | null) => Promise<readonly Row[]>,
): AsyncGenerator<ZipEntry, void, undefined> {
  const progress: Progress<Id> = { after: null, over: false };
  for (let part = 1; !progress.over; part += 1) {
    yield { name: `${name}${part === 1 ? "" : `-${part}`}.ndjson`, content: lines(time, read, progress) };
  }
}

async function* lines<Time extends string, Id, Row extends { readonly id: Id } & Record<Time, Date>>(
  time: Time,
  read: (after: Place<Id> | null) => Promise<readonly Row[]>,
  progress: Progress<Id>,
): AsyncGenerator<string, void, undefined> {
  for (let count = 0; count < LINES_PER_FILE; count += PAGE) {
    const rows = await read(progress.after);
    if (rows.length > 0) yield rows.map((row) => `${toJson(row)}\n`).join("");
    const last = rows.at(-1);
    if (last) progress.after = { at: last[time], id: last.id };
    if (rows.length < PAGE) {
      progress.over = true;
      return;
    }
  }
}

async function* whole(content: string | Uint8Array): AsyncGenerator<string | Uint8Array, void, undefined> {
  yield content;
}

/** Times as ISO 8601 in UTC, 64-bit numbers and bytes (hexadecimal) as texts. */
function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_key, part: unknown) => {
      if (typeof part === "bigint") return part.toString();
      return part instanceof Uint8Array ? Buffer.from(part).toString("hex") : part;
    },
    indent,
  );
}

function readme(
  { name, code, deleteAfter }: { name: string; code: string; deleteAfter: Date | null },
  now: Date,
): string {
  const made = now.toISOString();
  const until = deleteAfter?.toISOString() ?? "-";
  return [
    `${name} (${code})`,
    "",
    `All data of this company, made at ${made}. It is deleted from the service after ${until}.`,
    "company.json: the company and its plan. policy.json: its settings. logo: its picture.",
    "operators.ndjson: its accounts. sessions.ndjson: its support sessions with notes, device information and quality.",
    "audit-log.ndjson: who did what; `link` holds the hash chain that shows that nothing is missing.",
    "NDJSON is one JSON object a line. Times are in UTC. Passwords and secrets are not included.",
    "",
    `この会社のすべてのデータです(作成 ${made})。${until} を過ぎると、サービスから削除されます。`,
    "company.json: 会社と契約プラン。policy.json: 設定。logo: ロゴ画像。",
    "operators.ndjson: アカウント。sessions.ndjson: セッションの記録(メモ、端末情報、品質)。",
    "audit-log.ndjson: 監査ログ。link は欠落がないことを示すハッシュチェーンです。",
    "NDJSON は 1 行に 1 つの JSON です。時刻は UTC です。パスワードや秘密の値は含まれません。",
    "",
  ].join("\n");
}
