import { AppError } from "@/lib/app-error";
import type { ImportPreview, ImportRow } from "@/protocol/operator-accounts";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/db/new-id";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { isMailPossible } from "@/server/mail/is-mail-possible";
import { lockCompanyAsAdministrator } from "./company-operator";
import { ownCompany, sendInvitation } from "./new-operator";
import { auditedFields, storedLocale } from "./operator-record";
import { readOperatorCsv } from "./read-operator-csv";
import { countSeats, requireSeats } from "./seats";

/** 5,000 accounts with their links, mails and audit events are some 25,000 small statements. */
const IMPORT_TIMEOUT_MS = 120_000;

interface CsvFile {
  /** The file's bytes in base64. */
  readonly file: string;
}

/**
 * What an import would do: every row, with everything that is wrong with it. Changes nothing.
 *
 * @throws AppError CSV_INVALID
 */
export async function previewImport(
  ctx: ServiceContext<OperatorActor>,
  input: CsvFile,
): Promise<ImportPreview> {
  const rows = await readRows(ctx, ctx.db, input);
  return {
    rows,
    faulty: rows.filter(({ problems }) => problems.length > 0).length,
    seats: await countSeats(ctx.db, ctx.actor.companyId),
  };
}

/**
 * Makes every account of a file and sends every invitation, or, when one row is wrong or the seats do not suffice,
 * nothing at all.
 *
 * @throws AppError CSV_INVALID when a row has a problem (the preview tells which), SEATS_TAKEN, UNAVAILABLE without a mail server
 */
export async function importOperators(
  ctx: ServiceContext<OperatorActor>,
  input: CsvFile,
): Promise<{ created: number }> {
  const { companyId } = ctx.actor;
  if (!isMailPossible(ctx.env)) throw new AppError("UNAVAILABLE");
  return ctx.db.$transaction(
    async (tx) => {
      await lockCompanyAsAdministrator(ctx, tx);
      const rows = (await readRows(ctx, tx, input)).map(soundRow);
      await requireSeats(tx, companyId, rows.length);
      const company = await ownCompany(tx, ctx);
      await tx.operator.createMany({ data: rows.map((row) => ({ ...row, companyId })) });
      for (const row of rows) {
        await sendInvitation(tx, ctx, company, row);
        await recordAuditEvent(tx, ctx, {
          action: "operator.invited",
          subject: `operator:${row.id}`,
          companyId,
          detail: { before: null, after: auditedFields(row) },
        });
      }
      await recordAuditEvent(tx, ctx, {
        action: "operator.imported",
        subject: `company:${companyId}`,
        companyId,
        detail: { created: rows.length },
      });
      return { created: rows.length };
    },
    { timeout: IMPORT_TIMEOUT_MS },
  );
}

/** The file's rows, with the IDs that the company already has marked. */
async function readRows(
  ctx: ServiceContext<OperatorActor>,
  tx: DatabaseOrTransaction,
  { file }: CsvFile,
): Promise<ImportRow[]> {
  const { companyId, operatorId } = ctx.actor;
  const caller = await tx.operator.findUniqueOrThrow({
    where: { id: operatorId },
    select: { locale: true },
  });
  const rows = readOperatorCsv(Buffer.from(file, "base64"), storedLocale(caller.locale));
  const existing = await tx.operator.findMany({
    where: { companyId, deletedAt: null, code: { in: rows.map(({ code }) => code) } },
    select: { code: true },
  });
  const taken = new Set(existing.map(({ code }) => code));
  for (const row of rows) if (taken.has(row.code)) row.problems.push("code_taken");
  return rows;
}

/** A row as the database takes it. */
function soundRow({ code, name, email, role, locale, problems }: ImportRow) {
  if (problems.length > 0 || role === null || locale === null) throw new AppError("CSV_INVALID");
  return { id: newId(), code, name, email, role, locale };
}
