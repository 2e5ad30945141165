import { z } from "zod";
import { AppError } from "@/lib/app-error";

/** Where a page of the log ends: the next one starts below this row. */
export interface LogCursor {
  readonly createdAt: Date;
  readonly id: string;
}

const cursorSchema = z.tuple([z.int().nonnegative().max(8.64e15), z.uuid()]);

/** The cursor as callers carry it: base64url of JSON, which they are not meant to read. */
export function encodeCursor(cursor: LogCursor): string {
  return Buffer.from(JSON.stringify([cursor.createdAt.getTime(), cursor.id])).toString("base64url");
}

/**
 * Reads a cursor that came back from outside.
 *
 * @throws AppError BAD_REQUEST when it is none of ours
 */
export function decodeCursor(text: string): LogCursor {
  try {
    const [createdAtMs, id] = cursorSchema.parse(JSON.parse(Buffer.from(text, "base64url").toString("utf8")));
    return { createdAt: new Date(createdAtMs), id };
  } catch (cause) {
    throw new AppError("BAD_REQUEST", { cause });
  }
}
