import { AppError } from "@/lib/app-error";
import type { ExportOffer } from "@/protocol/provider-site";
import { createRandomSecret, hashRandomSecret } from "@/server/auth/random-secret";
import type { Prisma } from "@/server/db/generated/client";
import { newId } from "@/server/db/new-id";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import type { ServiceContext } from "@/server/domain/service-context";
import { isMailPossible } from "@/server/mail/is-mail-possible";
import { queueMail } from "@/server/mail/queue-mail";
import { mailLocale } from "./mail-locale";
import { recordCompanyAct } from "./record-company-act";

/**
 * How a closed company gets its data.
 *
 * The data belongs to the company, and the provider sees counts alone, so no page and no procedure of the provider's hands it
 * out, not even encrypted: whoever chooses the key could open it. Instead the act of closing writes to those who could
 * read all of it until a moment ago, the company's administrators, at the addresses that the company itself keeps. Each gets
 * a link of their own with 256 random bits in its fragment (which no log of a server or proxy sees) and of which the database
 * keeps the hash. It cannot be made anew for another address: a closed company cannot be changed any more.
 *
 * A link works until the data is deleted, not once: a download of some gigabytes breaks off, and the company could not
 * ask for another. Each download is written into the company's log and the provider's, who sees when it was fetched but not
 * by whom.
 */

/** Administrators who can get a link: they could sign in until now, and have an address. */
export function exportRecipients(companyId: string) {
  return {
    companyId,
    role: "administrator",
    email: { not: null },
    disabledAt: null,
    deletedAt: null,
  } as const satisfies Prisma.OperatorWhereInput;
}

/**
 * Sends every administrator of a closed company a link; former links stop working.
 *
 * @returns how many were sent
 */
export async function sendExportLinks(ctx: ServiceContext, companyId: string): Promise<number> {
  // Without a mail server nobody gets anything: the administrators stay uncounted, and the provider sees that.
  if (!isMailPossible(ctx.env)) return 0;
  return ctx.db.$transaction(async (tx) => {
    const [company, administrators] = await Promise.all([
      tx.company.findUniqueOrThrow({ where: { id: companyId } }),
      tx.operator.findMany({ where: exportRecipients(companyId), orderBy: { id: "asc" } }),
    ]);
    if (!company.deleteAfter) throw new AppError("CHANGED_MEANWHILE");
    await tx.companyExportLink.deleteMany({ where: { companyId } });
    for (const { id, code, name, email, locale } of administrators) {
      if (email === null) continue;
      const { secret, hash } = createRandomSecret();
      await tx.companyExportLink.create({
        data: { id: newId(), companyId, operatorId: id, secretHash: hash, createdAt: ctx.now() },
        select: { id: true },
      });
      const url = new URL("/company-export", ctx.env.PUBLIC_URL);
      url.hash = secret;
      await queueMail(tx, ctx.env, {
        to: email,
        locale: mailLocale(locale),
        template: "company_export_ready",
        name,
        code,
        companyName: company.name,
        until: company.deleteAfter,
        url: url.href,
      });
    }
    await recordCompanyAct(tx, ctx, companyId, {
      action: "company.export_sent",
      detail: { recipients: administrators.length },
    });
    return administrators.length;
  });
}

/** A link that works. */
export interface ExportLink {
  readonly id: string;
  readonly companyId: string;
  readonly operatorId: string;
}

/**
 * What the link of a secret opens.
 *
 * @throws AppError LINK_INVALID: unknown, replaced by a newer one, or the data is due to be deleted
 */
export async function findExportLink(ctx: ServiceContext, secret: string): Promise<ExportLink> {
  const secretHash = hashRandomSecret(secret);
  const link =
    secretHash &&
    (await ctx.db.companyExportLink.findFirst({
      where: { secretHash, company: { deletedAt: null, deleteAfter: { gt: ctx.now() } } },
      select: { id: true, companyId: true, operatorId: true },
    }));
  if (!link) throw new AppError("LINK_INVALID");
  return link;
}

/**
 * What there is to fetch, for whoever opened the link.
 *
 * @throws AppError LINK_INVALID
 */
export async function readExportOffer(
  ctx: ServiceContext,
  { secret }: { secret: string },
): Promise<ExportOffer> {
  const { companyId } = await findExportLink(ctx, secret);
  const [company, operators, sessions, auditEvents] = await Promise.all([
    ctx.db.company.findUniqueOrThrow({ where: { id: companyId } }),
    ctx.db.operator.count({ where: { companyId } }),
    ctx.db.supportSession.count({ where: { companyId } }),
    ctx.db.auditEvent.count({ where: { companyId } }),
  ]);
  if (!company.deleteAfter) throw new AppError("LINK_INVALID");
  const { name: companyName, code: companyCode, deleteAfter } = company;
  return { companyName, companyCode, operators, sessions, auditEvents, deleteAfter };
}

/** Writes down that a download began, before its first byte. */
export async function recordExportDownload(ctx: ServiceContext, link: ExportLink): Promise<void> {
  await ctx.db.$transaction(async (tx) => {
    await tx.companyExportLink.update({
      where: { id: link.id },
      data: { lastUsedAt: ctx.now() },
      select: { id: true },
    });
    const { companyId, operatorId } = link;
    const entry = { action: "company.exported", subject: `company:${companyId}` };
    await recordAuditEvent(tx, ctx, { ...entry, companyId, actor: `operator:${operatorId}` });
    await recordAuditEvent(tx, { ...ctx, clientAddress: null }, { ...entry, companyId: null });
  });
}
