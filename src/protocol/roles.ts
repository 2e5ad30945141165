import { z } from "zod";

/** The two ends of a support session. */
export const roles = ["operator", "customer"] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/**
 * Everybody who can be connected to a session: its two ends, supervisors who watch and send nothing, and the Client Tool, the
 * customer's second endpoint, through which the operator controls the machine.
 */
export const joinRoles = [...roles, "observer", "tool"] as const;
export const joinRoleSchema = z.enum(joinRoles);
export type JoinRole = z.infer<typeof joinRoleSchema>;

/** So many supervisors can watch one session at the same time. */
export const MAX_OBSERVERS = 5;

/** A supervisor who watches a session, as everybody in it is told. */
export const observerSchema = z.object({
  /** The supervisor's account. */
  observerId: z.uuid(),
  name: z.string().max(200),
});
export type Observer = z.infer<typeof observerSchema>;

/** The other end. */
export function otherRole(role: Role): Role {
  return role === "operator" ? "customer" : "operator";
}
