import { type AccountRef, accountSubject } from "@/server/domain/accounts/account-ref";

/** What an authenticator keeps to name the account: nothing that tells a person's name (Web Authentication Level 3, 14.6.1). */
export function userHandleBytes(account: AccountRef): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(accountSubject(account)));
}

/** The same as an answer carries it. */
export function userHandleOf(account: AccountRef): string {
  return Buffer.from(userHandleBytes(account)).toString("base64url");
}
