import { createHash } from "node:crypto";
import { AppError } from "@/lib/app-error";
import { LOGO_MAX_BYTES } from "@/protocol/company-policy";
import { notify } from "@/server/db/notifications";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import { lockCompanyAsAdministrator } from "@/server/domain/operators/company-operator";
import type { OperatorActor, ServiceContext } from "@/server/domain/service-context";
import { sniffLogo } from "./sniff-logo";

/**
 * Sets the picture that customers see beside the company's name.
 *
 * @param input.content the file in base64
 * @throws AppError LOGO_REFUSED for more than 256 KB and for anything but PNG, JPEG and WebP
 */
export async function setLogo(
  ctx: ServiceContext<OperatorActor>,
  input: { readonly content: string },
): Promise<Record<string, never>> {
  const { companyId } = ctx.actor;
  const content = new Uint8Array(Buffer.from(input.content, "base64"));
  const mediaType = sniffLogo(content);
  if (mediaType === null || content.byteLength > LOGO_MAX_BYTES) throw new AppError("LOGO_REFUSED");
  await ctx.db.$transaction(async (tx) => {
    await lockCompanyAsAdministrator(ctx, tx);
    const before = await tx.companyLogo.findUnique({ where: { companyId } });
    const logo = { content, mediaType, updatedAt: ctx.now() };
    await tx.companyLogo.upsert({ where: { companyId }, create: { companyId, ...logo }, update: logo });
    await recordAuditEvent(tx, ctx, {
      action: "policy.logo_set",
      subject: `company:${companyId}`,
      companyId,
      detail: { before: before && logoFacts(before), after: logoFacts(logo) },
    });
    await notify(tx, `company:${companyId}`);
  });
  return {};
}

/** Takes the picture away. Without one, nothing happens. */
export async function removeLogo(ctx: ServiceContext<OperatorActor>): Promise<Record<string, never>> {
  const { companyId } = ctx.actor;
  await ctx.db.$transaction(async (tx) => {
    await lockCompanyAsAdministrator(ctx, tx);
    const before = await tx.companyLogo.findUnique({ where: { companyId } });
    if (!before) return;
    await tx.companyLogo.delete({ where: { companyId } });
    await recordAuditEvent(tx, ctx, {
      action: "policy.logo_removed",
      subject: `company:${companyId}`,
      companyId,
      detail: { before: logoFacts(before), after: null },
    });
    await notify(tx, `company:${companyId}`);
  });
  return {};
}

/** The picture by what it is and which one it is: enough to tell two apart in the audit log. */
function logoFacts({ mediaType, content }: { mediaType: string; content: Uint8Array }) {
  return {
    mediaType,
    bytes: content.byteLength,
    sha256: createHash("sha256").update(content).digest("hex"),
  };
}
