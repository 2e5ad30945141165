import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { z } from "zod";
import { parseJson } from "@/lib/parse-json";
import { NO_HASH } from "./event-digest";

/**
 * A signed statement about a chain, kept apart from the database. Whoever can write to the database can recompute every
 * hash in it; what was signed before, he cannot make again.
 *
 * - `checkpoint`: at this time, link `seq` was the last one and had this hash.
 * - `retention`: everything up to and with link `seq` was removed on purpose, and that link had this hash.
 */
const hash = z.string().regex(/^[0-9a-f]{64}$/);

const checkpointSchema = z.strictObject({
  kind: z.enum(["checkpoint", "retention"]),
  chain: z.string().min(1).max(100),
  seq: z.int().min(1),
  hash,
  at: z.iso.datetime(),
  /** SHA-256 of the line before in the same file, so that a line taken out of the middle shows. */
  previous: hash,
  /** Ed25519 over the other fields, base64url. */
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});

export type Checkpoint = z.output<typeof checkpointSchema>;
export type CheckpointKind = Checkpoint["kind"];
type Unsigned = Omit<Checkpoint, "signature">;

/** Signs a statement. The key is Ed25519. */
export function signCheckpoint(key: KeyObject, unsigned: Unsigned): Checkpoint {
  return { ...unsigned, signature: sign(null, signedBytes(unsigned), key).toString("base64url") };
}

/** Whether one of the keys signed it. */
export function isSignedBy(keys: readonly KeyObject[], { signature, ...unsigned }: Checkpoint): boolean {
  const bytes = Buffer.from(signature, "base64url");
  return keys.some((key) => verify(null, signedBytes(unsigned), key, bytes));
}

/** The public half of a signing key. */
export function publicKeyOf(signingKey: KeyObject): KeyObject {
  return createPublicKey(signingKey);
}

/** One line of a checkpoint file, without its line break. */
export function writeLine(checkpoint: Checkpoint): string {
  const { kind, chain, seq, hash, at, previous, signature } = checkpoint;
  return JSON.stringify({ kind, chain, seq, hash, at, previous, signature });
}

/** Null: the line is not a checkpoint. */
export function readLine(line: string): Checkpoint | null {
  return checkpointSchema.safeParse(parseJson(line)).data ?? null;
}

/** What the next line names as its previous one. */
export function lineHash(line: string | null): string {
  return line === null ? NO_HASH : createHash("sha256").update(line).digest("hex");
}

function signedBytes({ kind, chain, seq, hash, at, previous }: Unsigned): Buffer {
  // A fixed order and JSON's own escapes: one statement has one form.
  return Buffer.from(`madoguchi audit ${JSON.stringify([kind, chain, seq, hash, at, previous])}`);
}
