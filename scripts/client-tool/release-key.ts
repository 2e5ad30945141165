// The key that releases are signed with. Its public half is built into every tool, which believes no other: keep it as long as tools are about.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import path from "node:path";
import { projectRoot } from "../setup/project.mjs";
import { StepError } from "../setup/report.mjs";
import { keep } from "../start/secrets";

export type ReleaseKey = {
  privateKey: KeyObject;
  /** SPKI in DER, base64. */
  publicKey: string;
  /** The public key's SHA-256 in base64url: what people compare, and the `kid` of the signature. */
  keyId: string;
};

/**
 * From `RELEASE_SIGNING_KEY` (Ed25519, PKCS#8 PEM in base64 on one line), else from `DATA_DIR/secrets/release-signing-key`, where it is
 * made at the first time.
 *
 * @throws StepError when it is no such key
 */
export async function loadReleaseKey(variables: NodeJS.ProcessEnv): Promise<ReleaseKey> {
  const folder = path.resolve(projectRoot, variables.DATA_DIR || ".data", "secrets");
  const encoded =
    variables.RELEASE_SIGNING_KEY || (await keep(path.join(folder, "release-signing-key"), newKey));
  const privateKey = parse(encoded);
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "der" });
  return {
    privateKey,
    publicKey: publicKey.toString("base64"),
    keyId: createHash("sha256").update(publicKey).digest("base64url"),
  };
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  return Buffer.from(privateKey.export({ type: "pkcs8", format: "pem" })).toString("base64");
}

function parse(encoded: string): KeyObject {
  try {
    const key = createPrivateKey(Buffer.from(encoded, "base64"));
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // Whatever is wrong with it, the sentence below says what it should be.
  }
  throw new StepError(
    "RELEASE_SIGNING_KEY is not an Ed25519 private key.",
    "It is a PKCS#8 PEM file in base64 on one line: `openssl genpkey -algorithm ed25519 | base64 -w0`.",
  );
}
