import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { mailCatcherEnvironment, managementServerEnvironment, relayEnvironment } from "./child-environment";
import { parseEnvironment } from "./environment";

test("nothing set gives the documented defaults", () => {
  expect(parseEnvironment({ NODE_ENV: "test", PORT: "" })).toMatchObject({
    HOST: "127.0.0.1",
    PORT: 3000,
    PUBLIC_URL: "http://localhost:3000",
    RELAY_PORT: 4443,
    RELAY_MEDIA_PORT: 4444,
    RELAY_PUBLIC_URL: "ws://localhost:4443",
    RELAY_ID: "relay-1",
    isProduction: false,
  });
});

test.each([
  ["PORT", "abc"],
  ["PORT", "0"],
  ["PORT", "1e3"],
  ["RELAY_PORT", "65536"],
  ["RELAY_WORKERS", "0"],
  ["PUBLIC_URL", "support.example.com"],
  ["RELAY_PUBLIC_URL", "https://support.example.com"],
  ["DATABASE_URL", "mysql://localhost/x"],
  ["DEMO_PASSWORD", "short"],
  ["DEMO_PASSWORD", "ｆｕｌｌｗｉｄｔｈ"],
  ["TRUSTED_PROXIES", "10.0.0.0/33"],
  ["LOG_LEVEL", "loud"],
  ["SMTP_URL", "mail.example.com"],
  ["MAIL_PORT", "0"],
  ["RELAY_ID", "relay 1"],
])("%s=%s is refused by name", (name, value) => {
  expect(() => parseEnvironment({ NODE_ENV: "test", [name]: value })).toThrow(
    new RegExp(`^  ${name}: `, "m"),
  );
});

test("production means NODE_ENV=production and a database of one's own", () => {
  const DATABASE_URL = "postgresql://localhost/madoguchi";
  expect(parseEnvironment({ NODE_ENV: "production", DATABASE_URL }).isProduction).toBe(true);
  expect(parseEnvironment({ NODE_ENV: "production" }).isProduction).toBe(false);
  expect(parseEnvironment({ NODE_ENV: "development", DATABASE_URL }).isProduction).toBe(false);
});

test("e-mail is caught where no mail server is set, but never in production", () => {
  const DATABASE_URL = "postgresql://localhost/madoguchi";
  expect(parseEnvironment({ NODE_ENV: "test" }).catchesMail).toBe(true);
  expect(parseEnvironment({ NODE_ENV: "production", DATABASE_URL }).catchesMail).toBe(false);
  expect(parseEnvironment({ NODE_ENV: "test", SMTP_URL: "smtp://mail.example.com" }).catchesMail).toBe(false);
});

test("the relay learns no secret but its own, whatever the shell holds", () => {
  const secret = () => randomBytes(8).toString("hex");
  const secrets = {
    TOKEN_SIGNING_KEY: secret(),
    TOKEN_PUBLIC_KEY: secret(),
    NUMBER_KEY: secret(),
    COOKIE_SECRET: secret(),
    RELAY_SECRET: secret(),
    DATA_KEY: secret(),
    AUDIT_SIGNING_KEY: secret(),
  };
  const options = {
    environment: parseEnvironment({ NODE_ENV: "test" }),
    secrets,
    variables: { NODE_ENV: "test", PATH: "/bin", SMTP_PASSWORD: "mail", DEMO_PASSWORD: "demo" } as const,
    nodeEnvironment: "production",
    databaseUrl: "postgresql://madoguchi:database@127.0.0.1/madoguchi",
  } as const;
  const relay = JSON.stringify(relayEnvironment(options, "/worker"));
  for (const hidden of [
    secrets.TOKEN_SIGNING_KEY,
    secrets.NUMBER_KEY,
    secrets.COOKIE_SECRET,
    secrets.DATA_KEY,
    secrets.AUDIT_SIGNING_KEY,
    "postgresql",
    "mail",
    "demo",
  ]) {
    expect(relay).not.toContain(hidden);
  }
  expect(relay).toContain(secrets.TOKEN_PUBLIC_KEY);
  expect(relay).toContain(secrets.RELAY_SECRET);
  expect(managementServerEnvironment(options)).toMatchObject({ ...secrets, SMTP_PASSWORD: "mail" });
  expect(managementServerEnvironment(options)).not.toHaveProperty("DEMO_PASSWORD");

  const mailCatcher = { smtpPort: 2525, pagePort: 8025 };
  expect(managementServerEnvironment({ ...options, mailCatcher }).SMTP_URL).toBe("smtp://127.0.0.1:2525");
  expect(mailCatcherEnvironment(options.variables, "production", mailCatcher)).toEqual({
    ...mailCatcherEnvironment({ NODE_ENV: "test" }, "production", mailCatcher),
    PATH: "/bin",
  });
});

describe("one port with TLS", () => {
  const tls = {
    NODE_ENV: "test",
    RELAY_TLS_CERT_FILE: "/etc/tls/cert.pem",
    RELAY_TLS_KEY_FILE: "/etc/tls/key.pem",
  } as const;

  test("gives the first worker's UDP the relay's own number, and the relay the name of the pages", () => {
    const environment = parseEnvironment({
      ...tls,
      PUBLIC_URL: "https://support.example",
      RELAY_PORT: "443",
    });
    expect(environment).toMatchObject({
      RELAY_MEDIA_PORT: 443,
      RELAY_PUBLIC_URL: "wss://support.example",
      tls: { certificateFile: "/etc/tls/cert.pem", keyFile: "/etc/tls/key.pem" },
    });
  });

  test("needs both files", () => {
    expect(() => parseEnvironment({ ...tls, RELAY_TLS_CERT_FILE: "" })).toThrow(/belong together/);
  });
});
