/** The sign-in page with the account's codes filled in; none of them is secret. */
export function signInPathFor(account: {
  readonly kind: "operator" | "provider";
  readonly companyCode: string | null;
  readonly code: string;
}): string {
  if (account.kind === "provider") return `/signin/provider?${new URLSearchParams({ id: account.code })}`;
  return `/signin?${new URLSearchParams({ company: account.companyCode ?? "", id: account.code })}`;
}
