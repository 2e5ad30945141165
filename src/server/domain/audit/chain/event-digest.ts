import { createHash } from "node:crypto";

/** What the link before the first one has for a hash. */
export const NO_HASH = "0".repeat(64);

/** An event as its digest takes it: every field as text, or null. */
export interface DigestedEvent {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly atMs: string;
  readonly companyId: string | null;
  readonly actor: string;
  readonly action: string;
  readonly subject: string | null;
  readonly clientAddress: string | null;
  /** The JSON as PostgreSQL writes a jsonb value. */
  readonly detail: string;
}

/**
 * The hash of a link: SHA-256 over the hash before it and the event's fields, each as a netstring (`3:abc,`, null: `-,`), so that no
 * two rows of fields give the same bytes.
 *
 * This is the database's function `audit_event_digest` again, written independently: whoever changed the one in the database
 * is found out by this one.
 *
 * @param previousHash 64 hex digits
 * @returns 64 hex digits
 */
export function eventDigest(previousHash: string, seq: string, event: DigestedEvent): string {
  return createHash("sha256")
    .update(previousHash, "hex")
    .update(netstring(seq))
    .update(netstring(event.id))
    .update(netstring(event.atMs))
    .update(netstring(event.companyId))
    .update(netstring(event.actor))
    .update(netstring(event.action))
    .update(netstring(event.subject))
    .update(netstring(event.clientAddress))
    .update(netstring(event.detail))
    .digest("hex");
}

function netstring(field: string | null): string {
  return field === null ? "-," : `${Buffer.byteLength(field, "utf8")}:${field},`;
}
