import { z } from "zod";

/**
 * Why a session ended. Both sides are always told; the session log keeps it.
 *
 * - `declined_by_operator`: the waiting customer was not accepted.
 * - `cancelled_by_customer`: the customer went away while waiting.
 * - `declined_by_customer`: the customer said No on the consent page.
 * - `not_answered`: nobody accepted, or consented, in time.
 * - `stopped_by_customer`, `ended_by_operator`: either side's own button, in a live session.
 * - `connection_lost`: nobody came back in time.
 * - `relay_lost`: the relay that carried it is gone and no other could take over.
 * - `revoked`: the operator's account or sign-in was stopped.
 * - `ended_by_supervisor`: a supervisor or administrator of the company ended it.
 * - `company_suspended`: the provider suspended or closed the company.
 */
export const endReasons = [
  "declined_by_operator",
  "cancelled_by_customer",
  "declined_by_customer",
  "not_answered",
  "stopped_by_customer",
  "ended_by_operator",
  "connection_lost",
  "relay_lost",
  "revoked",
  "ended_by_supervisor",
  "company_suspended",
] as const;
export const endReasonSchema = z.enum(endReasons);
export type EndReason = z.infer<typeof endReasonSchema>;
