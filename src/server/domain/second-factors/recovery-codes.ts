import { createHmac, hkdfSync, randomInt } from "node:crypto";
import type { DatabaseOrTransaction } from "@/server/db/client";
import { newId } from "@/server/db/new-id";
import { type AccountRef, accountSubject, ownerOf } from "@/server/domain/accounts/account-ref";
import type { ServiceContext } from "@/server/domain/service-context";

const RECOVERY_CODES = 10;
/** Without 0, o, 1, l and i: they are written on paper. 31 letters, ten of them: 49 bits. */
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
const GROUP_LENGTH = 5;

/**
 * Ten fresh codes in place of whatever the account had. They are kept as keyed hashes, so this is the only time that
 * anybody sees them.
 */
export async function replaceRecoveryCodes(
  tx: DatabaseOrTransaction,
  ctx: Pick<ServiceContext, "env" | "now">,
  account: AccountRef,
): Promise<string[]> {
  await tx.recoveryCode.deleteMany({ where: ownerOf(account) });
  const codes = Array.from({ length: RECOVERY_CODES }, () => `${randomGroup()}-${randomGroup()}`);
  await tx.recoveryCode.createMany({
    data: codes.map((code) => ({
      id: newId(),
      ...ownerOf(account),
      codeHash: hashOf(ctx, account, code),
      createdAt: ctx.now(),
    })),
  });
  return codes;
}

/** Ten fresh codes if the account has never had any since its last second factor went; null: it has. */
export async function firstRecoveryCodes(
  tx: DatabaseOrTransaction,
  ctx: Pick<ServiceContext, "env" | "now">,
  account: AccountRef,
): Promise<string[] | null> {
  const known = await tx.recoveryCode.count({ where: ownerOf(account) });
  return known > 0 ? null : replaceRecoveryCodes(tx, ctx, account);
}

/** Whether a recovery code is right, and takes it. Of two tries with the same code at the same moment one gets it. */
export async function takeRecoveryCode(
  tx: DatabaseOrTransaction,
  ctx: Pick<ServiceContext, "env" | "now">,
  account: AccountRef,
  code: string,
): Promise<boolean> {
  const { count } = await tx.recoveryCode.updateMany({
    where: { ...ownerOf(account), codeHash: hashOf(ctx, account, code), usedAt: null },
    data: { usedAt: ctx.now() },
  });
  return count === 1;
}

/** How many codes are left. */
export function countRecoveryCodes(tx: DatabaseOrTransaction, account: AccountRef): Promise<number> {
  return tx.recoveryCode.count({ where: { ...ownerOf(account), usedAt: null } });
}

function randomGroup(): string {
  return Array.from({ length: GROUP_LENGTH }, () => LETTERS.charAt(randomInt(LETTERS.length))).join("");
}

/** Keyed: 49 bits could be tried out by whoever has a copy of the database alone. */
function hashOf(
  ctx: Pick<ServiceContext, "env">,
  account: AccountRef,
  typed: string,
): Uint8Array<ArrayBuffer> {
  const key = new Uint8Array(hkdfSync("sha256", ctx.env.DATA_KEY, "", "recovery code", 32));
  const code = typed
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^a-z0-9]/g, "");
  return new Uint8Array(
    createHmac("sha256", key)
      .update(`${accountSubject(account)}\0${code}`)
      .digest(),
  );
}
