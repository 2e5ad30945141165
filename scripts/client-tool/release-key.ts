// The key that releases are signed with. Its public half is built into every tool, which believes no other: keep it as long as tools are about.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { projectRoot } from "../setup/project.mjs";
import { StepError } from "../setup/report.mjs";
import { keep } from "../start/secrets";
import { lockForBuilding } from "./build-lock";

export type ReleaseKey = {
  privateKey: KeyObject;
  /** SPKI in DER, base64. */
  publicKey: string;
  /** The public key's SHA-256 in base64url: what people compare, and the `kid` of the signature. */
  keyId: string;
  /** Where it was made just now; null when it was there. */
  madeIn: string | null;
};

/** Everything beyond the owner's own rights. */
const OTHERS_RIGHTS = 0o077;

/**
 * From `RELEASE_SIGNING_KEY` (Ed25519, PKCS#8 PEM in base64 on one line), else from `DATA_DIR/secrets/release-signing-key`, where it is
 * made at the first time.
 *
 * @throws StepError when it is no such key, or others may read its file
 */
export async function loadReleaseKey(variables: NodeJS.ProcessEnv): Promise<ReleaseKey> {
  const file = path.resolve(projectRoot, variables.DATA_DIR || ".data", "secrets/release-signing-key");
  const given = variables.RELEASE_SIGNING_KEY;
  const isThere = existsSync(file);
  if (!given && isThere) await expectOwn(file);
  const privateKey = parse(given || (await kept(file)), given ? "RELEASE_SIGNING_KEY" : file);
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  return {
    privateKey,
    publicKey: publicKey.toString("base64"),
    keyId: createHash("sha256").update(publicKey).digest("base64url"),
    madeIn: given || isThere ? null : file,
  };
}

/** Two commands that find none would make one each, and one of them would sign with what is nowhere kept. */
async function kept(file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const lock = await lockForBuilding(path.dirname(file));
  try {
    return await keep(file, newKey);
  } finally {
    await lock.release();
  }
}

/** Whoever has this key can put a program onto every customer's machine. */
async function expectOwn(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & OTHERS_RIGHTS) === 0) return;
  throw new StepError(
    `Other users of this machine may read or change ${file}.`,
    `\`chmod 600 ${file}\`. If somebody may have done so, remove it and release with --new-key.`,
  );
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return Buffer.from(privateKey.export({ type: "pkcs8", format: "pem" })).toString("base64");
}

function parse(encoded: string, name: string): KeyObject {
  try {
    const key = createPrivateKey(Buffer.from(encoded, "base64"));
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // Whatever is wrong with it, the sentence below says what it should be.
  }
  throw new StepError(
    `${name} is not an Ed25519 private key.`,
    "It is a PKCS#8 PEM file in base64 on one line: `openssl genpkey -algorithm ed25519 | base64 -w0`.",
  );
}
