import { type Logger, pino } from "pino";

export type { Logger };

const shared = globalThis as typeof globalThis & { madoguchiLogger?: Logger };

/**
 * This process's logger: one JSON object a line on standard output, times in UTC. Secrets never reach a log line by
 * accident: the usual places where they sit are blanked.
 */
export function getLogger(level: string): Logger {
  shared.madoguchiLogger ??= pino({
    level,
    base: { service: "management" },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        "password",
        "secret",
        "token",
        "ticket",
        "*.password",
        "*.secret",
        "*.token",
        "headers.cookie",
        "headers.authorization",
      ],
      censor: "[redacted]",
    },
  });
  return shared.madoguchiLogger;
}
