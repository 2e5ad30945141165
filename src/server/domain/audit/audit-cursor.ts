import { z } from "zod";
import { AppError } from "@/lib/app-error";

/** A place in the audit log: between this event and the next older one. */
export interface AuditCursor {
  readonly at: Date;
  readonly id: bigint;
}

const MAX_TIME_MS = 8.64e15;
const cursorSchema = z.tuple([z.int().nonnegative().max(MAX_TIME_MS), z.string().regex(/^\d{1,18}$/)]);

/** The cursor as callers carry it: base64url of JSON, which they are not meant to read. */
export function encodeAuditCursor({ at, id }: AuditCursor): string {
  return Buffer.from(JSON.stringify([at.getTime(), String(id)])).toString("base64url");
}

/** @throws AppError BAD_REQUEST when it is none of ours */
export function decodeAuditCursor(text: string): AuditCursor {
  try {
    const json: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    const [atMs, id] = cursorSchema.parse(json);
    return { at: new Date(atMs), id: BigInt(id) };
  } catch (cause) {
    throw new AppError("BAD_REQUEST", { cause });
  }
}
