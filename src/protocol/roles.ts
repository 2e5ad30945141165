import { z } from "zod";

/** The two ends of a support session. */
export const roles = ["operator", "customer"] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/** The other end. */
export function otherRole(role: Role): Role {
  return role === "operator" ? "customer" : "operator";
}
