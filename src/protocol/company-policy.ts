import { z } from "zod";
import { parseNetworkRange } from "@/lib/network-range";

/**
 * What an administrator may set for the company: the limits that the form shows and the server enforces. The database
 * checks the same numbers once more.
 */
export const policyLimits = {
  lockoutThreshold: { min: 3, max: 10 },
  /** 0: until an administrator unlocks the account. */
  lockoutMinutes: { min: 0, max: 1_440 },
  /** 0: passwords do not age. */
  passwordMaxAgeDays: { min: 0, max: 3_650 },
  signInIdleMinutes: { min: 5, max: 43_200 },
  signInAbsoluteMinutes: { min: 5, max: 43_200 },
  receptionTtlMinutes: { min: 1, max: 60 },
  sessionRetentionDays: { min: 1, max: 3_660 },
  /** What happened must be traceable for a while, whatever a company would rather forget. */
  auditRetentionDays: { min: 90, max: 3_660 },
  allowedNetworks: { max: 100 },
  sessionCategories: { max: 30, maxLength: 40 },
  consentText: { maxLength: 1_000 },
  displayName: { maxLength: 80 },
} as const;

const { sessionCategories, consentText, displayName, allowedNetworks } = policyLimits;

/** Control characters but the line feed: they show as nothing and hide what is written. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const printable = (text: string) => !UNPRINTABLE.test(text);
const oneLine = (text: string) => printable(text) && !text.includes("\n");

const whole = ({ min, max }: { min: number; max: number }) => z.int().min(min).max(max);

/** Every field of the policy. */
export const policyFieldsSchema = z
  .strictObject({
    lockoutThreshold: whole(policyLimits.lockoutThreshold),
    lockoutMinutes: whole(policyLimits.lockoutMinutes),
    passwordMaxAgeDays: whole(policyLimits.passwordMaxAgeDays),
    mfaRequired: z.boolean(),
    signInIdleMinutes: whole(policyLimits.signInIdleMinutes),
    signInAbsoluteMinutes: whole(policyLimits.signInAbsoluteMinutes),
    allowedNetworks: z
      .array(
        z
          .string()
          .max(64)
          .refine((text) => parseNetworkRange(text) !== null),
      )
      .max(allowedNetworks.max),
    receptionTtlMinutes: whole(policyLimits.receptionTtlMinutes),
    autoAccept: z.boolean(),
    allowControl: z.boolean(),
    allowFiles: z.boolean(),
    allowClipboard: z.boolean(),
    allowRecording: z.boolean(),
    consentText: z.string().max(consentText.maxLength).refine(printable),
    sessionCategories: z
      .array(z.string().trim().min(1).max(sessionCategories.maxLength).refine(oneLine))
      .max(sessionCategories.max)
      .refine((names) => new Set(names).size === names.length),
    displayName: z.string().trim().max(displayName.maxLength).refine(oneLine),
    sessionRetentionDays: whole(policyLimits.sessionRetentionDays),
    auditRetentionDays: whole(policyLimits.auditRetentionDays),
  })
  .refine((policy) => policy.signInIdleMinutes <= policy.signInAbsoluteMinutes, {
    path: ["signInIdleMinutes"],
  });
export type PolicyFields = z.infer<typeof policyFieldsSchema>;

/** What the plan has: a company's policy can only take away from it. */
export const planFeatures = ["control", "files", "clipboard", "recording"] as const;
export type PlanFeature = (typeof planFeatures)[number];

/** Logos are small, and never of a kind that can carry a script. */
export const LOGO_MAX_BYTES = 262_144;
export const logoMediaTypes = ["image/png", "image/jpeg", "image/webp"] as const;
export type LogoMediaType = (typeof logoMediaTypes)[number];

/** What the policies page shows. */
export const policyViewSchema = z.object({
  fields: policyFieldsSchema,
  /** Comes back with a change, so that nobody undoes somebody else's. */
  updatedAt: z.date(),
  companyName: z.string(),
  plan: z.object({
    control: z.boolean(),
    files: z.boolean(),
    clipboard: z.boolean(),
    recording: z.boolean(),
  }),
  /** The picture as a `data:` URL; null: none. */
  logo: z.string().nullable(),
  /** Where the caller works from, as the server sees it; null: it cannot tell. */
  clientAddress: z.string().nullable(),
});
export type PolicyView = z.infer<typeof policyViewSchema>;
