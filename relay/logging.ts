import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger };

/**
 * The relay's log: one JSON line an event on standard output. A line names sessions by id, sides by role and refusals by
 * code; it never holds a token, a message or anything else of a session's content.
 */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options = { level, base: { service: "relay" } };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** A logger whose lines say which part of the relay speaks. */
export function scopedLogger(logger: Logger, scope: string, bindings: Record<string, unknown> = {}): Logger {
  return logger.child({ scope, ...bindings });
}
