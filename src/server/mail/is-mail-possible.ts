import type { Environment } from "@/env";

/** Whether a mail server is configured. Without one, acts that need e-mail are refused before they begin. */
export function isMailPossible(env: Pick<Environment, "SMTP_URL">): boolean {
  return env.SMTP_URL !== undefined;
}
