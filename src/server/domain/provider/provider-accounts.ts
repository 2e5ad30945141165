import { AppError } from "@/lib/app-error";
import type {
  CreateProviderAccountInput,
  ProviderAccountIdInput,
  ProviderAccountRow,
  UpdateProviderAccountInput,
} from "@/protocol/provider-site";
import { revokeSignInsOf } from "@/server/auth/revoke-sign-ins";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { Prisma, type ProviderAccount } from "@/server/db/generated/client";
import { newId } from "@/server/db/new-id";
import { createAccountLink } from "@/server/domain/account-links/create-account-link";
import { recordAuditEvent } from "@/server/domain/audit/record-audit-event";
import { mailLocale } from "@/server/domain/companies/mail-locale";
import type { ProviderActor, ServiceContext } from "@/server/domain/service-context";
import { isMailPossible } from "@/server/mail/is-mail-possible";
import { queueMail } from "@/server/mail/queue-mail";

type Provider = ServiceContext<ProviderActor>;

/** The accounts of the people who run the service: who there is, who can sign in, and with what. */
export async function listProviderAccounts(ctx: Provider): Promise<ProviderAccountRow[]> {
  const now = ctx.now();
  const accounts = await ctx.db.providerAccount.findMany({
    orderBy: [{ name: "asc" }, { id: "asc" }],
    include: {
      totp: { select: { confirmedAt: true } },
      links: {
        where: { purpose: "invitation", usedAt: null, expiresAt: { gt: now } },
        orderBy: { expiresAt: "desc" },
        take: 1,
      },
      _count: { select: { passkeys: true } },
    },
  });
  return accounts.map((account) => ({
    providerAccountId: account.id,
    code: account.code,
    name: account.name,
    email: account.email,
    locale: mailLocale(account.locale),
    state: stateOf(account, now),
    secondFactor: (account.totp?.confirmedAt ?? null) !== null || account._count.passkeys > 0,
    lastSignInAt: account.lastSignInAt,
    invitationUntil: account.links[0]?.expiresAt ?? null,
    own: account.id === ctx.actor.providerAccountId,
  }));
}

function stateOf(account: ProviderAccount, now: Date): ProviderAccountRow["state"] {
  if (account.disabledAt) return "disabled";
  if (account.passwordHash === null) return "invited";
  return account.lockedUntil && account.lockedUntil > now ? "locked" : "active";
}

/**
 * Makes an account whose owner chooses the password by a link in an e-mail, and sets a second factor up at the first sign-in.
 *
 * @throws AppError CODE_TAKEN, UNAVAILABLE when no mail server is configured
 */
export async function inviteProviderAccount(
  ctx: Provider,
  input: CreateProviderAccountInput,
): Promise<{ providerAccountId: string }> {
  refuseWithoutMail(ctx);
  const id = newId();
  try {
    await ctx.db.$transaction(async (tx) => {
      const account = await tx.providerAccount.create({ data: { id, createdAt: ctx.now(), ...input } });
      await sendInvitation(tx, ctx, account);
      await record(tx, ctx, id, "provider_account.invited", { before: null, after: { ...input } });
    });
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002") {
      throw new AppError("CODE_TAKEN", { cause: error });
    }
    throw error;
  }
  return { providerAccountId: id };
}

/**
 * Sends an invitation once more; the link of the one before stops working.
 *
 * @throws AppError NOT_FOUND, EMAIL_MISSING, UNAVAILABLE, CHANGED_MEANWHILE when a password was chosen or the account disabled
 */
export async function resendProviderInvitation(
  ctx: Provider,
  { providerAccountId }: ProviderAccountIdInput,
): Promise<Record<string, never>> {
  refuseWithoutMail(ctx);
  return change(ctx, providerAccountId, async (tx, account) => {
    if (account.passwordHash !== null || account.disabledAt) throw new AppError("CHANGED_MEANWHILE");
    await sendInvitation(tx, ctx, account);
    await record(tx, ctx, account.id, "provider_account.invitation_resent");
  });
}

/**
 * Changes the name, address and language of another account.
 *
 * @throws AppError NOT_FOUND, OWN_ACCOUNT (the account's own page asks for the password first)
 */
export async function updateProviderAccount(
  ctx: Provider,
  { providerAccountId, ...after }: UpdateProviderAccountInput,
): Promise<Record<string, never>> {
  refuseOwn(ctx, providerAccountId);
  return change(ctx, providerAccountId, async (tx, { id, name, email, locale }) => {
    const before = { name, email, locale };
    if (before.name === after.name && before.email === after.email && before.locale === after.locale) return;
    await tx.providerAccount.update({ where: { id }, data: after, select: { id: true } });
    if (before.email !== after.email) {
      // A link that lies in the old mailbox must not open the account any more.
      await tx.accountLink.deleteMany({ where: { providerAccountId: id, usedAt: null } });
    }
    await record(tx, ctx, id, "provider_account.updated", { before, after });
  });
}

/**
 * Takes an account out of service; its sign-ins end at once. Nobody can do it to the own account, so the last one that can
 * sign in stays: who disables another is in service, and still is when it is their turn (see `change`).
 *
 * @throws AppError NOT_FOUND, OWN_ACCOUNT
 */
export async function disableProviderAccount(
  ctx: Provider,
  { providerAccountId }: ProviderAccountIdInput,
): Promise<Record<string, never>> {
  refuseOwn(ctx, providerAccountId);
  return change(ctx, providerAccountId, async (tx, account) => {
    if (account.disabledAt) return;
    const { id } = account;
    await tx.providerAccount.update({ where: { id }, data: { disabledAt: ctx.now() }, select: { id: true } });
    await tx.accountLink.deleteMany({ where: { providerAccountId: id, usedAt: null } });
    await revokeSignInsOf(tx, ctx, { providerAccountId: id });
    await record(tx, ctx, id, "provider_account.disabled", {
      before: { disabled: false },
      after: { disabled: true },
    });
  });
}

/**
 * Puts an account back into service, unlocked.
 *
 * @throws AppError NOT_FOUND
 */
export async function enableProviderAccount(
  ctx: Provider,
  { providerAccountId }: ProviderAccountIdInput,
): Promise<Record<string, never>> {
  return change(ctx, providerAccountId, async (tx, { id, disabledAt }) => {
    if (!disabledAt) return;
    await tx.providerAccount.update({
      where: { id },
      data: { disabledAt: null, failedSignIns: 0, lockedUntil: null },
      select: { id: true },
    });
    await record(tx, ctx, id, "provider_account.enabled", {
      before: { disabled: true },
      after: { disabled: false },
    });
  });
}

/**
 * Sends the owner of an account a link to choose a new password. The old one works until then.
 *
 * @throws AppError NOT_FOUND, OWN_ACCOUNT, EMAIL_MISSING, UNAVAILABLE, CHANGED_MEANWHILE when it is disabled or only invited
 */
export async function resetProviderPassword(
  ctx: Provider,
  { providerAccountId }: ProviderAccountIdInput,
): Promise<Record<string, never>> {
  refuseOwn(ctx, providerAccountId);
  refuseWithoutMail(ctx);
  return change(ctx, providerAccountId, async (tx, account) => {
    if (account.disabledAt || account.passwordHash === null) throw new AppError("CHANGED_MEANWHILE");
    const to = addressOf(account);
    const url = await createAccountLink(tx, ctx, {
      purpose: "password_reset",
      providerAccountId: account.id,
    });
    await queueMail(tx, ctx.env, {
      to,
      locale: mailLocale(account.locale),
      template: "password_reset",
      name: account.name,
      code: account.code,
      url: url.href,
    });
    await record(tx, ctx, account.id, "provider_account.password_reset_sent");
  });
}

/**
 * Takes an account's authenticator app, passkeys and recovery codes away, as when the phone is lost. Its sign-ins end; the
 * owner is told by e-mail and sets a second factor up at the next sign-in.
 *
 * @throws AppError NOT_FOUND, OWN_ACCOUNT
 */
export async function resetProviderMfa(
  ctx: Provider,
  { providerAccountId }: ProviderAccountIdInput,
): Promise<Record<string, never>> {
  refuseOwn(ctx, providerAccountId);
  return change(ctx, providerAccountId, async (tx, account) => {
    const own = { where: { providerAccountId: account.id } };
    const totp = await tx.totpCredential.deleteMany(own);
    const passkeys = await tx.passkey.deleteMany(own);
    const codes = await tx.recoveryCode.deleteMany(own);
    await revokeSignInsOf(tx, ctx, { providerAccountId: account.id });
    await record(tx, ctx, account.id, "provider_account.second_factor_reset", {
      before: { authenticatorApp: totp.count > 0, passkeys: passkeys.count, recoveryCodes: codes.count },
      after: { authenticatorApp: false, passkeys: 0, recoveryCodes: 0 },
    });
    if (account.email === null || !isMailPossible(ctx.env)) return;
    await queueMail(tx, ctx.env, {
      to: account.email,
      locale: mailLocale(account.locale),
      template: "second_factor_changed",
      name: account.name,
      code: account.code,
      what: "reset_by_administrator",
      clientAddress: ctx.clientAddress,
    });
  });
}

/**
 * One change of an account at a time, for all accounts together: of two people who disable each other at the same moment the
 * second is found to be out of service when it is their turn.
 */
async function change(
  ctx: Provider,
  providerAccountId: string,
  act: (tx: DatabaseOrTransaction, account: ProviderAccount) => Promise<void>,
): Promise<Record<string, never>> {
  await ctx.db.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id FROM provider_account ORDER BY id FOR UPDATE`;
    const caller = await tx.providerAccount.count({
      where: { id: ctx.actor.providerAccountId, disabledAt: null },
    });
    if (caller === 0) throw new AppError("UNAUTHENTICATED");
    const account = await tx.providerAccount.findUnique({ where: { id: providerAccountId } });
    if (!account) throw new AppError("NOT_FOUND");
    await act(tx, account);
  });
  return {};
}

function refuseOwn(ctx: Provider, providerAccountId: string): void {
  if (providerAccountId === ctx.actor.providerAccountId) throw new AppError("OWN_ACCOUNT");
}

function refuseWithoutMail(ctx: Provider): void {
  if (!isMailPossible(ctx.env)) throw new AppError("UNAVAILABLE");
}

function addressOf({ email }: ProviderAccount): string {
  if (email === null) throw new AppError("EMAIL_MISSING");
  return email;
}

async function sendInvitation(
  tx: DatabaseOrTransaction,
  ctx: Provider,
  account: ProviderAccount,
): Promise<void> {
  const to = addressOf(account);
  const url = await createAccountLink(tx, ctx, { purpose: "invitation", providerAccountId: account.id });
  await queueMail(tx, ctx.env, {
    to,
    locale: mailLocale(account.locale),
    template: "invitation",
    name: account.name,
    companyName: null,
    companyCode: null,
    code: account.code,
    url: url.href,
  });
}

async function record(
  tx: DatabaseOrTransaction,
  ctx: Provider,
  providerAccountId: string,
  action: string,
  detail?: Prisma.InputJsonObject,
): Promise<void> {
  const subject = `provider:${providerAccountId}`;
  await recordAuditEvent(tx, ctx, { action, subject, companyId: null, ...(detail && { detail }) });
}
