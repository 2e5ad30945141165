import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import path from "node:path";

/** A complete and valid environment of the management server, as a process gets it; its secrets are fresh. */
export function testVariables(databaseUrl = "postgresql://127.0.0.1:5432/unused"): Record<string, string> {
  const keys = generateKeyPairSync("ed25519");
  const auditKeys = generateKeyPairSync("ed25519");
  const oneLine = (pem: string | Buffer) => Buffer.from(pem).toString("base64");
  const secret = () => randomBytes(32).toString("base64url");
  return {
    NODE_ENV: "test",
    LOG_LEVEL: "silent",
    DATABASE_URL: databaseUrl,
    DATA_DIR: path.join(tmpdir(), `madoguchi-test-${randomUUID()}`),
    TOKEN_SIGNING_KEY: oneLine(keys.privateKey.export({ type: "pkcs8", format: "pem" })),
    TOKEN_PUBLIC_KEY: oneLine(keys.publicKey.export({ type: "spki", format: "pem" })),
    NUMBER_KEY: secret(),
    COOKIE_SECRET: secret(),
    RELAY_SECRET: secret(),
    DATA_KEY: secret(),
    AUDIT_SIGNING_KEY: oneLine(auditKeys.privateKey.export({ type: "pkcs8", format: "pem" })),
  };
}
