import { z } from "zod";
import { planFeatures } from "./company-policy";
import {
  accountLocaleSchema,
  operatorCodeSchema,
  operatorEmailSchema,
  operatorNameSchema,
} from "./operator-accounts";

/**
 * What the provider's site and its API speak of. Of a company the provider gets to see its contract (code, name, plan) and
 * counts; nothing of what its operators, customers and sessions are called, wrote or showed. Every output is parsed with
 * these schemas, so a field that is not named here never leaves the server.
 */

export const COMPANY_NAME_MAX_LENGTH = 80;
export const SUSPEND_REASON_MAX_LENGTH = 300;
export const PLAN_MAX = 100_000;
/** How long a closed company can still fetch its data. */
export const DELETE_AFTER_DAYS = { min: 7, max: 365, default: 30 } as const;

const companyCodeSchema = operatorCodeSchema;
const companyNameSchema = operatorNameSchema;
const regionSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9-]{1,32}$/);
/** One printable line: it is shown to people of the company as it is. */
const suspendReasonSchema = z
  .string()
  .trim()
  .min(1)
  .max(SUSPEND_REASON_MAX_LENGTH)
  .refine((text) => !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text));

const planSize = z.int().min(1).max(PLAN_MAX);

/** What a company pays for. */
export const companyPlanSchema = z.strictObject({
  seats: planSize,
  maxSimultaneousSessions: planSize,
  features: z.strictObject({
    control: z.boolean(),
    files: z.boolean(),
    clipboard: z.boolean(),
    recording: z.boolean(),
  }),
});
export type CompanyPlan = z.infer<typeof companyPlanSchema>;

export const companyStates = ["active", "suspended", "closed", "deleted"] as const;
export const companyStateSchema = z.enum(companyStates);
export type CompanyState = z.infer<typeof companyStateSchema>;

const administratorFields = {
  name: operatorNameSchema,
  code: operatorCodeSchema,
  email: operatorEmailSchema,
  locale: accountLocaleSchema,
};

export const createCompanyInput = z.strictObject({
  code: companyCodeSchema,
  name: companyNameSchema,
  region: regionSchema,
  plan: companyPlanSchema,
  administrator: z.strictObject(administratorFields),
});
export type CreateCompanyInput = z.infer<typeof createCompanyInput>;

export const companyNameInput = z.strictObject({ name: z.string().max(COMPANY_NAME_MAX_LENGTH) });

export const companyIdInput = z.strictObject({ companyId: z.uuid() });
export type CompanyIdInput = z.infer<typeof companyIdInput>;

const contractFields = { name: companyNameSchema, region: regionSchema, plan: companyPlanSchema };

export const updateCompanyInput = z.strictObject({
  companyId: z.uuid(),
  ...contractFields,
  /** The contract as the page read it: somebody else's change since then is never undone unseen. */
  seen: z.strictObject(contractFields),
});
export type UpdateCompanyInput = z.infer<typeof updateCompanyInput>;

export const suspendCompanyInput = z.strictObject({ companyId: z.uuid(), reason: suspendReasonSchema });
export type SuspendCompanyInput = z.infer<typeof suspendCompanyInput>;

export const closeCompanyInput = z.strictObject({
  companyId: z.uuid(),
  /** The company's code, typed once more. */
  confirmation: companyCodeSchema,
  deleteAfterDays: z.int().min(DELETE_AFTER_DAYS.min).max(DELETE_AFTER_DAYS.max),
});
export type CloseCompanyInput = z.infer<typeof closeCompanyInput>;

export const inviteAdministratorInput = z.strictObject({
  companyId: z.uuid(),
  /** Null: to the address that the invitation went to before. */
  email: operatorEmailSchema.nullable(),
});
export type InviteAdministratorInput = z.infer<typeof inviteAdministratorInput>;

export const listCompaniesInput = z.strictObject({
  /** Part of a code or a name. */
  text: z.string().trim().max(100).optional(),
  state: companyStateSchema.optional(),
});
export type ListCompaniesInput = z.infer<typeof listCompaniesInput>;

export const companyRowSchema = z.object({
  companyId: z.uuid(),
  code: z.string(),
  name: z.string(),
  region: z.string(),
  state: companyStateSchema,
  plan: z.object({
    seats: z.int(),
    maxSimultaneousSessions: z.int(),
    features: z.object({
      control: z.boolean(),
      files: z.boolean(),
      clipboard: z.boolean(),
      recording: z.boolean(),
    }),
  }),
  /** Accounts that can sign in or are invited to. */
  seatsUsed: z.int(),
  /** Sessions that are open at this moment. */
  openSessions: z.int(),
  /** Sessions begun in the last 30 days, and the minutes for which something was shared. */
  recentSessions: z.int(),
  recentMinutes: z.int(),
});
export type CompanyRow = z.infer<typeof companyRowSchema>;

export const companyListSchema = z.object({
  rows: z.array(companyRowSchema),
  /** How many the filter finds; more than the rows when there are very many. */
  total: z.int(),
});

export const companyDetailSchema = companyRowSchema.extend({
  createdAt: z.date(),
  suspendedAt: z.date().nullable(),
  /** The provider's own words. */
  suspendReason: z.string().nullable(),
  closedAt: z.date().nullable(),
  deleteAfter: z.date().nullable(),
  deletedAt: z.date().nullable(),
  /** Whether nobody of the company has ever chosen a password, and when the newest invitation runs out. */
  awaitsFirstAdministrator: z.boolean(),
  invitationUntil: z.date().nullable(),
  /** Administrators who would get, or have got, the link to the company's data. */
  exportRecipients: z.int(),
  /** When one of them last fetched it. */
  exportedAt: z.date().nullable(),
});
export type CompanyDetail = z.infer<typeof companyDetailSchema>;

export const relayRowSchema = z.object({
  relayId: z.string(),
  region: z.string(),
  version: z.string(),
  state: z.enum(["ready", "draining"]),
  /** 0 to 1: the busiest worker's share of a core. */
  load: z.number(),
  workers: z.int(),
  sessions: z.int(),
  registeredAt: z.date(),
  lastHeartbeatAt: z.date(),
  healthy: z.boolean(),
  /** Whether it told of itself lately, and was not given up since: what it told then still counts. */
  heard: z.boolean(),
  /** Whether it answered neither a browser nor the management server since it last told of itself. */
  givenUp: z.boolean(),
  /** Whether it speaks another version than the browsers' pages: such a relay gets no sessions, however well it is. */
  otherProtocol: z.boolean(),
});
export type RelayRow = z.infer<typeof relayRowSchema>;

export const providerOverviewSchema = z.object({
  companies: z.object({ active: z.int(), suspended: z.int(), closed: z.int() }),
  /** Accounts of active companies that can sign in, and the seats that their plans have. */
  seats: z.object({ used: z.int(), total: z.int() }),
  /** Open at this moment. */
  sessions: z.object({ waiting: z.int(), live: z.int() }),
  relays: z.array(relayRowSchema),
  /** The last 30 days in the viewer's time zone, today last. */
  days: z.array(z.object({ day: z.iso.date(), sessions: z.int(), minutes: z.int() })),
  /** The busiest companies of those days. */
  busiest: z.array(
    z.object({
      companyId: z.uuid(),
      code: z.string(),
      name: z.string(),
      sessions: z.int(),
      minutes: z.int(),
    }),
  ),
});
export type ProviderOverview = z.infer<typeof providerOverviewSchema>;

export const providerOverviewInput = z.strictObject({
  /** IANA name, as `Asia/Tokyo`. */
  timeZone: z.string().max(64).refine(isTimeZone),
});

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export const providerAccountStates = ["active", "invited", "locked", "disabled"] as const;
export const providerAccountRowSchema = z.object({
  providerAccountId: z.uuid(),
  code: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  locale: accountLocaleSchema,
  state: z.enum(providerAccountStates),
  /** Whether an authenticator app or a passkey is set up. */
  secondFactor: z.boolean(),
  lastSignInAt: z.date().nullable(),
  /** Until when the newest invitation works; null: there is none. */
  invitationUntil: z.date().nullable(),
  /** Whether it is the caller's own. */
  own: z.boolean(),
});
export type ProviderAccountRow = z.infer<typeof providerAccountRowSchema>;

export const createProviderAccountInput = z.strictObject(administratorFields);
export type CreateProviderAccountInput = z.infer<typeof createProviderAccountInput>;

export const providerAccountIdInput = z.strictObject({ providerAccountId: z.uuid() });
export type ProviderAccountIdInput = z.infer<typeof providerAccountIdInput>;

export const updateProviderAccountInput = z.strictObject({
  providerAccountId: z.uuid(),
  name: operatorNameSchema,
  email: operatorEmailSchema.nullable(),
  locale: accountLocaleSchema,
});
export type UpdateProviderAccountInput = z.infer<typeof updateProviderAccountInput>;

/** What somebody sees who opens the link to a closed company's data. */
export const exportOfferInput = z.strictObject({ secret: z.string().max(100) });
export const exportOfferSchema = z.object({
  companyName: z.string(),
  companyCode: z.string(),
  operators: z.int(),
  sessions: z.int(),
  auditEvents: z.int(),
  deleteAfter: z.date(),
});
export type ExportOffer = z.infer<typeof exportOfferSchema>;

export { planFeatures };
