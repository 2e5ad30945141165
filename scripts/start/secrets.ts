// The secrets of an installation: given in the environment, else made once and kept in DATA_DIR/secrets.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import path from "node:path";
import { StepError } from "../setup/report.mjs";

/** Under these names the processes that are started get them. */
export type Secrets = {
  /** Ed25519 private key, PKCS#8 PEM, in base64 on one line. */
  TOKEN_SIGNING_KEY: string;
  /** The public half, SPKI PEM, in base64 on one line. The relay gets only this one. */
  TOKEN_PUBLIC_KEY: string;
  /** 32 random bytes each, base64url. */
  NUMBER_KEY: string;
  COOKIE_SECRET: string;
  RELAY_SECRET: string;
  DATA_KEY: string;
  /** Ed25519 private key in the same form; signs the audit log's checkpoints. */
  AUDIT_SIGNING_KEY: string;
};

const RANDOM_SECRETS = ["NUMBER_KEY", "COOKIE_SECRET", "RELAY_SECRET", "DATA_KEY"] as const;
const SECRET_BYTES = 32;

type SecretsOptions = {
  folder: string;
  variables: NodeJS.ProcessEnv;
  /** Whether a secret that is not in the environment may be made; otherwise it stops the start by name. */
  mayCreate: boolean;
};

/** Throws a StepError that names a secret that is missing or malformed. */
export async function loadSecrets({ folder, variables, mayCreate }: SecretsOptions): Promise<Secrets> {
  const names = ["TOKEN_SIGNING_KEY", "AUDIT_SIGNING_KEY", ...RANDOM_SECRETS] as const;
  const missing = names.filter((name) => !variables[name]);
  if (!mayCreate && missing.length > 0) {
    throw new StepError(
      `In production every secret is given in the environment. Missing: ${missing.join(", ")}.`,
      "Make random ones with `openssl rand -base64 32 | tr '+/' '-_' | tr -d '='`, and the signing keys with `openssl genpkey -algorithm ed25519 | base64 -w0`.",
    );
  }
  const signingKey =
    variables.TOKEN_SIGNING_KEY || (await keep(path.join(folder, "token-signing-key"), newSigningKey));
  const publicKey = publicKeyOf("TOKEN_SIGNING_KEY", signingKey);
  const auditSigningKey =
    variables.AUDIT_SIGNING_KEY || (await keep(path.join(folder, "audit-signing-key"), newSigningKey));
  publicKeyOf("AUDIT_SIGNING_KEY", auditSigningKey);
  if (variables.TOKEN_PUBLIC_KEY && !isSameKey(variables.TOKEN_PUBLIC_KEY, publicKey)) {
    throw new StepError("TOKEN_PUBLIC_KEY does not belong to TOKEN_SIGNING_KEY.", "Unset it: it is derived.");
  }
  const random = async (name: (typeof RANDOM_SECRETS)[number]) =>
    checkedRandom(
      name,
      variables[name] ||
        (await keep(path.join(folder, name.toLowerCase().replace("_", "-")), newRandomSecret)),
    );
  return {
    TOKEN_SIGNING_KEY: signingKey,
    TOKEN_PUBLIC_KEY: encodePem(publicKey.export({ type: "spki", format: "pem" })),
    NUMBER_KEY: await random("NUMBER_KEY"),
    COOKIE_SECRET: await random("COOKIE_SECRET"),
    RELAY_SECRET: await random("RELAY_SECRET"),
    DATA_KEY: await random("DATA_KEY"),
    AUDIT_SIGNING_KEY: auditSigningKey,
  };
}

/** 32 random bytes as base64url. */
export function newRandomSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/**
 * Reads a secret from its file, or makes it. It is written under another name, flushed and renamed, so a crash never leaves half a
 * secret that would then be taken for a whole one.
 */
export async function keep(file: string, make: () => string): Promise<string> {
  const kept = await readFile(file, "utf8").catch(() => "");
  if (kept.trim() !== "") return kept.trim();
  const secret = make();
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.new`;
  const handle = await open(temporary, "w", 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(`${secret}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  return secret;
}

function newSigningKey(): string {
  return encodePem(generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }));
}

function encodePem(pem: string | Buffer): string {
  return Buffer.from(pem).toString("base64");
}

function publicKeyOf(name: string, signingKey: string): KeyObject {
  try {
    const privateKey = createPrivateKey(Buffer.from(signingKey, "base64"));
    if (privateKey.asymmetricKeyType === "ed25519") return createPublicKey(privateKey);
  } catch {
    // Whatever is wrong with it, the sentence below says what it should be.
  }
  throw new StepError(
    `${name} is not an Ed25519 private key.`,
    "It is a PKCS#8 PEM file in base64 on one line: `openssl genpkey -algorithm ed25519 | base64 -w0`.",
  );
}

function isSameKey(encoded: string, key: KeyObject): boolean {
  try {
    return createPublicKey(Buffer.from(encoded, "base64")).equals(key);
  } catch {
    return false;
  }
}

function checkedRandom(name: string, value: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(value) && Buffer.from(value, "base64url").length === SECRET_BYTES) return value;
  throw new StepError(
    `${name} is not ${SECRET_BYTES} bytes in base64url.`,
    "Make one with `openssl rand -base64 32 | tr '+/' '-_' | tr -d '='`.",
  );
}
