import { z } from "zod";
import { countSecondFactors } from "@/server/domain/second-factors/has-second-factor";
import { countRecoveryCodes } from "@/server/domain/second-factors/recovery-codes";
import { arePasskeysPossible } from "@/server/domain/second-factors/relying-party";
import type { AccountContext } from "@/server/domain/service-context";
import { passwordExpiresAt } from "./account-policy";
import { ownerOf } from "./account-ref";
import { readOwnAccount } from "./own-account";

const stageSchema = z.enum(["second_factor", "enrolment", "password_change", "complete"]);

export const accountOverviewSchema = z.object({
  kind: z.enum(["operator", "provider"]),
  name: z.string(),
  code: z.string(),
  email: z.string().nullable(),
  locale: z.enum(["ja", "en"]),
  stage: stageSchema,
  /** The step that the sign-in waits for: the stage itself. */
  next: stageSchema,
  companyName: z.string().nullable(),
  /** What new passwords must not contain, beside the account's own code. */
  companyCode: z.string().nullable(),
  passwordChangedAt: z.date().nullable(),
  passwordExpiresAt: z.date().nullable(),
  mfaRequired: z.boolean(),
  totp: z.boolean(),
  recoveryCodesLeft: z.number().int(),
  passkeys: z.array(
    z.object({
      passkeyId: z.uuid(),
      name: z.string(),
      createdAt: z.date(),
      lastUsedAt: z.date().nullable(),
      backedUp: z.boolean(),
    }),
  ),
  secondFactors: z.array(z.enum(["totp", "passkey", "recovery_code"])),
  passkeysPossible: z.boolean(),
});
export type AccountOverview = z.output<typeof accountOverviewSchema>;

/**
 * What the owner sees of the own account. While the second factor is awaited, which is before it is certain that this is the
 * owner: the name that was typed and what can be shown, and nothing else.
 */
export async function accountOverview(ctx: AccountContext): Promise<AccountOverview> {
  const { db, stage } = ctx;
  const account = await readOwnAccount(db, ctx);
  const passkeysPossible = arePasskeysPossible(ctx.env);
  const [totps, passkeyCount] = await countSecondFactors(db, account.ref);
  const recoveryCodesLeft = await countRecoveryCodes(db, account.ref);
  const secondFactors: AccountOverview["secondFactors"] = [
    ...(totps > 0 ? (["totp"] as const) : []),
    ...(passkeyCount > 0 && passkeysPossible ? (["passkey"] as const) : []),
    ...(recoveryCodesLeft > 0 ? (["recovery_code"] as const) : []),
  ];
  const shown = {
    kind: ctx.actor.kind,
    name: account.name,
    locale: account.locale,
    stage,
    next: stage,
    secondFactors,
    passkeysPossible,
  };
  if (stage === "second_factor") {
    return {
      ...shown,
      code: "",
      email: null,
      companyName: null,
      companyCode: null,
      passwordChangedAt: null,
      passwordExpiresAt: null,
      mfaRequired: account.policy.mfaRequired,
      totp: totps > 0,
      recoveryCodesLeft: 0,
      passkeys: [],
    };
  }
  const passkeys = await db.passkey.findMany({
    where: ownerOf(account.ref),
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: { id: true, name: true, createdAt: true, lastUsedAt: true, backedUp: true },
  });
  return {
    ...shown,
    code: account.code,
    email: account.email,
    companyName: account.company?.name ?? null,
    companyCode: account.company?.code ?? null,
    passwordChangedAt: account.passwordChangedAt,
    passwordExpiresAt: passwordExpiresAt(account.policy, account.passwordChangedAt),
    mfaRequired: account.policy.mfaRequired,
    totp: totps > 0,
    recoveryCodesLeft,
    passkeys: passkeys.map(({ id, ...rest }) => ({ passkeyId: id, ...rest })),
  };
}
