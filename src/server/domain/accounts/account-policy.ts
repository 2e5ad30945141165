/** How long a provider's sign-in lasts without use, and in any case; companies set their own. */
export const PROVIDER_SIGN_IN_IDLE_MINUTES = 60;
export const PROVIDER_SIGN_IN_ABSOLUTE_MINUTES = 720;
const DAY_MS = 24 * 60 * 60_000;

/** The rules of signing in that hold for an account. */
export interface AccountPolicy {
  readonly lockoutThreshold: number;
  /** 0: until somebody unlocks it. */
  readonly lockoutMinutes: number;
  readonly signInIdleMinutes: number;
  readonly signInAbsoluteMinutes: number;
  /** 0: passwords do not age. */
  readonly passwordMaxAgeDays: number;
  readonly mfaRequired: boolean;
  readonly allowedNetworks: readonly string[];
}

/** What a company without a policy row has: the defaults of the schema. */
export const DEFAULT_POLICY: AccountPolicy = {
  lockoutThreshold: 5,
  lockoutMinutes: 30,
  signInIdleMinutes: 480,
  signInAbsoluteMinutes: 1440,
  passwordMaxAgeDays: 0,
  mfaRequired: false,
  allowedNetworks: [],
};

/** What holds for the people who run the service: a second factor always. */
export const PROVIDER_POLICY: AccountPolicy = {
  ...DEFAULT_POLICY,
  signInIdleMinutes: PROVIDER_SIGN_IN_IDLE_MINUTES,
  signInAbsoluteMinutes: PROVIDER_SIGN_IN_ABSOLUTE_MINUTES,
  mfaRequired: true,
};

/** When a password is too old; null: never. */
export function passwordExpiresAt(
  policy: Pick<AccountPolicy, "passwordMaxAgeDays">,
  passwordChangedAt: Date | null,
): Date | null {
  if (policy.passwordMaxAgeDays === 0 || passwordChangedAt === null) return null;
  return new Date(passwordChangedAt.getTime() + policy.passwordMaxAgeDays * DAY_MS);
}
