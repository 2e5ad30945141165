import { z } from "zod";
import { toolDeviceSchema } from "./client-tool";
import { deviceInformationSchema } from "./device-information";
import { endReasonSchema } from "./end-reason";
import { permissionsSchema } from "./permissions";

/**
 * What the management server tells each side about a session. Times are instants; a browser shows them in its own zone.
 */
export const sessionPhases = ["waiting", "accepted", "live", "ended"] as const;
export const sessionPhaseSchema = z.enum(sessionPhases);
export type SessionPhase = z.infer<typeof sessionPhaseSchema>;

/** How the customer gets to see the company behind the number, once an operator has accepted. */
const companyFaceSchema = z.object({
  /** What the company calls itself to its customers. */
  companyName: z.string(),
  /** A path on this server; null: the company has no logo. */
  logoUrl: z.string().nullable(),
});

/** The customer's view of the session that its ticket names; null: there is none (any more). */
export const customerSessionViewSchema = z.discriminatedUnion("phase", [
  // Before an operator accepts, a right number tells nothing about who is behind it.
  z.object({ phase: z.literal("waiting"), sessionId: z.uuid(), since: z.date() }),
  z.object({
    phase: z.literal("accepted"),
    sessionId: z.uuid(),
    operatorName: z.string(),
    ...companyFaceSchema.shape,
    /** The company's own words for the consent page, as plain text; empty: none. */
    consentText: z.string(),
    /** The answer is awaited until then. */
    answerBy: z.date(),
  }),
  z.object({
    phase: z.literal("live"),
    sessionId: z.uuid(),
    operatorName: z.string(),
    ...companyFaceSchema.shape,
    startedAt: z.date(),
    permissions: permissionsSchema,
    /** Which permissions may be granted at all; switches for others are not shown. */
    grantable: permissionsSchema,
  }),
  z.object({
    phase: z.literal("ended"),
    sessionId: z.uuid(),
    operatorName: z.string().nullable(),
    companyName: z.string().nullable(),
    reason: endReasonSchema,
    /** Null when it ended before anything was shared. */
    durationSeconds: z.int().nonnegative().nullable(),
  }),
]);
export type CustomerSessionView = z.infer<typeof customerSessionViewSchema>;

/** A reception number in the console. The digits are known only to the page that issued it: the server keeps a keyed hash. */
export const receptionViewSchema = z.object({
  receptionId: z.uuid(),
  issuedAt: z.date(),
  expiresAt: z.date(),
});
export type ReceptionView = z.infer<typeof receptionViewSchema>;

export const issuedReceptionSchema = receptionViewSchema.extend({
  /** Six digits, shown this once. */
  number: z.string(),
});
export type IssuedReception = z.infer<typeof issuedReceptionSchema>;

export const waitingCustomerSchema = z.object({
  sessionId: z.uuid(),
  receptionId: z.uuid(),
  phase: z.enum(["waiting", "accepted"]),
  since: z.date(),
  browserName: z.string(),
  osName: z.string(),
  language: z.string(),
});
export type WaitingCustomer = z.infer<typeof waitingCustomerSchema>;

export const liveSessionSchema = z.object({
  sessionId: z.uuid(),
  startedAt: z.date(),
  browserName: z.string(),
  osName: z.string(),
  customerPresent: z.boolean(),
  operatorPresent: z.boolean(),
});
export type LiveSession = z.infer<typeof liveSessionSchema>;

/** All that the console's first page shows; sent anew whenever something in it changes. */
export const consoleSnapshotSchema = z.object({
  receptions: z.array(receptionViewSchema),
  waiting: z.array(waitingCustomerSchema),
  live: z.array(liveSessionSchema),
  /** Since midnight UTC of the operator's day is the browser's business: the server counts the last 24 hours. */
  lastDay: z.object({ sessions: z.int(), seconds: z.int() }),
});
export type ConsoleSnapshot = z.infer<typeof consoleSnapshotSchema>;

/** The operator's view of one session. */
export const operatorSessionViewSchema = z.object({
  sessionId: z.uuid(),
  phase: sessionPhaseSchema,
  startedAt: z.date().nullable(),
  endedAt: z.date().nullable(),
  endReason: endReasonSchema.nullable(),
  device: deviceInformationSchema.nullable(),
  /** What the Client Tool told about the machine; null: nothing, or the customer did not agree to that. */
  toolDevice: toolDeviceSchema.nullable(),
  permissions: permissionsSchema,
  /** Which permissions the customer can be asked for at all. */
  grantable: permissionsSchema,
});
export type OperatorSessionView = z.infer<typeof operatorSessionViewSchema>;
