import { z } from "zod";

const healthSchema = z.object({ status: z.string(), checks: z.record(z.string(), z.unknown()) });

const POLL_MS = 100;
const REQUEST_TIMEOUT_MS = 2_000;

export type HealthOutcome = { healthy: true } | { healthy: false; reason: string };

/** Asks `GET /api/health` until all is well, a relay included, for at most `timeoutMs`; then tells what was still wrong. */
export async function waitForHealth(
  managementUrl: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<HealthOutcome> {
  const giveUpAt = Date.now() + timeoutMs;
  let outcome = await askHealth(managementUrl);
  while (!outcome.healthy && Date.now() < giveUpAt && !signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    outcome = await askHealth(managementUrl);
  }
  return outcome;
}

async function askHealth(managementUrl: string): Promise<HealthOutcome> {
  try {
    const response = await fetch(`${managementUrl}/api/health`, {
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const health = healthSchema.safeParse(await response.json().catch(() => undefined));
    if (!health.success) return { healthy: false, reason: `/api/health answers HTTP ${response.status}` };
    if (response.status === 200 && health.data.status === "ok") return { healthy: true };
    return { healthy: false, reason: `/api/health says ${JSON.stringify(health.data.checks)}` };
  } catch (error) {
    return { healthy: false, reason: error instanceof Error ? error.message : String(error) };
  }
}
