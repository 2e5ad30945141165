import { z } from "zod";
import type { ServiceContext } from "@/server/domain/service-context";
import { findLink } from "./find-link";

const SECRET_MAX_LENGTH = 100;
export const linkSecretSchema = z.string().max(SECRET_MAX_LENGTH);

export const readLinkInput = z.strictObject({ secret: linkSecretSchema });

export const linkSchema = z.object({
  purpose: z.enum(["invitation", "password_reset"]),
  companyCode: z.string().nullable(),
  code: z.string(),
  name: z.string(),
});

/**
 * Whose account a link opens, so that its page can say so. Looking does not use it up.
 *
 * @throws AppError `LINK_INVALID`
 */
export async function readLink(ctx: ServiceContext, secret: string): Promise<z.output<typeof linkSchema>> {
  const { purpose, account } = await findLink(ctx.db, ctx, secret);
  return { purpose, companyCode: account.company?.code ?? null, code: account.code, name: account.name };
}
