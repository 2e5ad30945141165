import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { EnvironmentError, parseEnvironment } from "./env";

function publicKey(type: "ed25519" | "x25519"): string {
  const { publicKey: key } =
    type === "ed25519" ? generateKeyPairSync("ed25519") : generateKeyPairSync("x25519");
  return Buffer.from(key.export({ type: "spki", format: "pem" })).toString("base64");
}

const keys = generateKeyPairSync("ed25519");
const auditKeys = generateKeyPairSync("ed25519");
const right = {
  DATABASE_URL: "postgresql://user:pa%20ss@127.0.0.1:5432/madoguchi",
  TOKEN_SIGNING_KEY: Buffer.from(keys.privateKey.export({ type: "pkcs8", format: "pem" })).toString("base64"),
  NUMBER_KEY: "A".repeat(43),
  COOKIE_SECRET: "B".repeat(43),
  RELAY_SECRET: "C".repeat(43),
  DATA_KEY: "D".repeat(43),
  AUDIT_SIGNING_KEY: Buffer.from(auditKeys.privateKey.export({ type: "pkcs8", format: "pem" })).toString(
    "base64",
  ),
};

function refusal(changes: Record<string, string | undefined>): string {
  try {
    parseEnvironment({ ...right, ...changes });
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
    throw error;
  }
  throw new Error("It was not refused.");
}

test("with what must be there, everything else has its default", () => {
  const env = parseEnvironment(right);
  expect(env).toMatchObject({ HOST: "127.0.0.1", PORT: 3000, LOG_LEVEL: "info", NODE_ENV: "production" });
  expect(env.PUBLIC_URL.origin).toBe("http://localhost:3000");
  expect(env.NUMBER_KEY).toHaveLength(32);
  expect(env.TRUSTED_PROXIES).toEqual([]);
  expect(env.METRICS_PORT).toBeUndefined();
  expect(env.METRICS_ALLOW.check("127.0.0.1") && env.METRICS_ALLOW.check("::1", "ipv6")).toBe(true);
  expect(env.METRICS_ALLOW.check("10.0.0.1")).toBe(false);
});

test("PUBLIC_URL follows PORT until it is set", () => {
  expect(parseEnvironment({ ...right, PORT: "4000" }).PUBLIC_URL.origin).toBe("http://localhost:4000");
  const set = parseEnvironment({ ...right, PORT: "4000", PUBLIC_URL: "https://support.example.com/" });
  expect(set.PUBLIC_URL.origin).toBe("https://support.example.com");
});

test("an empty variable is an unset one", () => {
  expect(parseEnvironment({ ...right, PORT: "", LOG_LEVEL: "" }).PORT).toBe(3000);
  expect(refusal({ COOKIE_SECRET: "" })).toMatch(/^COOKIE_SECRET is not set\./);
});

test.each([
  ["PORT", "http"],
  ["PORT", "0"],
  ["PORT", "65536"],
  ["PORT", "3000.5"],
  ["PUBLIC_URL", "help.example.org"],
  ["PUBLIC_URL", "ftp://support.example.com"],
  ["PUBLIC_URL", "https://support.example.com/help"],
  ["PUBLIC_URL", "https://user@support.example.com"],
  ["DATABASE_URL", "mysql://127.0.0.1/madoguchi"],
  ["DATABASE_URL", "127.0.0.1:5432"],
  ["LOG_LEVEL", "loud"],
  ["NODE_ENV", "prod"],
  ["TRUSTED_PROXIES", "10.0.0.0/8, proxy.internal"],
  ["TRUSTED_PROXIES", "10.0.0.0/64"],
  ["METRICS_ALLOW", "monitoring.internal"],
  ["METRICS_PORT", "0"],
  ["NUMBER_KEY", "too-short"],
  ["COOKIE_SECRET", "D".repeat(44)],
  ["RELAY_SECRET", "not base64url!"],
  ["DATA_KEY", "short"],
  ["AUDIT_SIGNING_KEY", publicKey("ed25519")],
  ["SMTP_URL", "mail.example.com:25"],
  ["SMTP_URL", "https://mail.example.com"],
  ["SMTP_URL", "smtp://"],
  ["MAIL_FROM", "nobody in particular"],
  ["MAIL_FROM", "Madoguchi <madoguchi@localhost>\r\nBcc: all@example.com"],
  ["TOKEN_SIGNING_KEY", "nonsense"],
  ["TOKEN_SIGNING_KEY", publicKey("ed25519")],
  ["TOKEN_PUBLIC_KEY", publicKey("x25519")],
  ["TOKEN_PUBLIC_KEY", publicKey("ed25519")],
])("%s=%s is refused in a sentence that names it and says what to do, without its value", (name, value) => {
  const message = refusal({ [name]: value });
  expect(message).toMatch(new RegExp(`^${name} (is|has|does)\\b.+\\.$`));
  expect(message.split("\n")).toHaveLength(1);
  if (value.length > 10) expect(message).not.toContain(value);
});

test("all that is wrong is named at once", () => {
  const lines = refusal({
    PORT: "x",
    LOG_LEVEL: "loud",
    NUMBER_KEY: undefined,
    DATABASE_URL: undefined,
  }).split("\n");
  expect(lines.map((line) => line.split(" ")[0]).sort()).toEqual([
    "DATABASE_URL",
    "LOG_LEVEL",
    "NUMBER_KEY",
    "PORT",
  ]);
});

test("TURN servers and their secret come together, or not at all", () => {
  const turn = { TURN_URLS: "turns:turn.example.com:443?transport=tcp, turn:[2001:db8::1]:3478" };
  const env = parseEnvironment({ ...right, ...turn, TURN_SECRET: "s".repeat(32) });
  expect(env.TURN_URLS).toEqual(["turns:turn.example.com:443?transport=tcp", "turn:[2001:db8::1]:3478"]);
  expect(refusal(turn)).toMatch(/^TURN_SECRET is not set\./);
  expect(refusal({ TURN_SECRET: "s".repeat(32) })).toMatch(/^TURN_URLS is not set\./);
  expect(parseEnvironment(right).TURN_URLS).toEqual([]);
  const secret = { TURN_SECRET: "s".repeat(32) };
  for (const url of ["https://turn.example.com", "turn:turn.example.com?transport=sctp", "turns:"]) {
    expect(refusal({ ...secret, TURN_URLS: url })).toMatch(
      /^TURN_URLS has a part that is not a TURN address\./,
    );
  }
  expect(refusal({ ...turn, TURN_SECRET: "too short" })).toMatch(/^TURN_SECRET is not 32 to 128/);
});
