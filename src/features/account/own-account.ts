/** The own account, as `account.overview` tells. */
export interface OwnAccount {
  readonly kind: "operator" | "provider";
  readonly name: string;
  readonly code: string;
  readonly email: string | null;
  readonly locale: "ja" | "en";
  readonly companyName: string | null;
  /** Null for the provider's own accounts. */
  readonly companyCode: string | null;
  readonly passwordChangedAt: Date | null;
  readonly passwordExpiresAt: Date | null;
  /** Whether this service's address lets browsers make passkeys at all. */
  readonly passkeysPossible: boolean;
  readonly mfaRequired: boolean;
  readonly totp: boolean;
  readonly recoveryCodesLeft: number;
  readonly passkeys: readonly OwnPasskey[];
}

/** One of the account's passkeys. */
export interface OwnPasskey {
  readonly passkeyId: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
  readonly backedUp: boolean;
}
