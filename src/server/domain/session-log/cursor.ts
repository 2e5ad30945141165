import { z } from "zod";
import { AppError } from "@/lib/app-error";
import { type LogSort, logSortSchema } from "@/protocol/session-log";

/** A place in the log: between this row and the next one, in one order. */
export interface LogCursor {
  readonly sort: LogSort;
  readonly descending: boolean;
  /** What the row is sorted by: milliseconds since 1970, seconds, or bytes. */
  readonly key: number;
  readonly id: string;
}

const MAX_KEY = Number.MAX_SAFE_INTEGER;
const MAX_TIME_MS = 8.64e15;
const cursorSchema = z
  .tuple([logSortSchema, z.boolean(), z.int().nonnegative().max(MAX_KEY), z.uuid()])
  .refine(([sort, , key]) => sort !== "start" || key <= MAX_TIME_MS);

/** The cursor as callers carry it: base64url of JSON, which they are not meant to read. */
export function encodeCursor({ sort, descending, key, id }: LogCursor): string {
  return Buffer.from(JSON.stringify([sort, descending, key, id])).toString("base64url");
}

/**
 * Reads a cursor that came back from outside.
 *
 * @throws AppError BAD_REQUEST when it is none of ours, or belongs to another order than the one asked for
 */
export function decodeCursor(text: string, order: Pick<LogCursor, "sort" | "descending">): LogCursor {
  const cursor = parse(text);
  if (cursor.sort !== order.sort || cursor.descending !== order.descending) throw new AppError("BAD_REQUEST");
  return cursor;
}

function parse(text: string): LogCursor {
  try {
    const json: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    const [sort, descending, key, id] = cursorSchema.parse(json);
    return { sort, descending, key, id };
  } catch (cause) {
    throw new AppError("BAD_REQUEST", { cause });
  }
}
