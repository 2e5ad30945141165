import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { BlockList } from "node:net";
import ipaddr from "ipaddr.js";
import { z } from "zod";

/**
 * The management server's environment, parsed once. Only server code imports this file.
 *
 * A wrong variable stops the boot with sentences that name it, say what is wrong and what to set; values are never
 * printed, for many are secrets.
 */

/** Thrown when a variable is missing or wrong; the message is for the person who starts the server. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}

const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const port = z.coerce
  .number("is not a number. Set a TCP port from 1 to 65535.")
  .int("is not a whole number. Set a TCP port from 1 to 65535.")
  .min(1, "is below 1. Set a TCP port from 1 to 65535.")
  .max(65_535, "is above 65535. Set a TCP port from 1 to 65535.");

/** 32 random bytes in base64url. */
const SECRET_BYTES = 32;
const secret = z
  .string(
    "is not set. Set 32 random bytes as base64url (`openssl rand -base64 32 | tr '+/' '-_' | tr -d =`).",
  )
  .transform((value, context) => {
    const bytes = /^[A-Za-z0-9_-]+={0,2}$/.test(value) ? Buffer.from(value, "base64url") : null;
    if (bytes?.length === SECRET_BYTES) return bytes;
    context.addIssue(
      "is not 32 bytes in base64url. Make one with `openssl rand -base64 32 | tr '+/' '-_' | tr -d =`.",
    );
    return z.NEVER;
  });

function key(kind: "private" | "public") {
  const form = kind === "private" ? "PKCS#8" : "SPKI";
  return z
    .string(`is not set. Set an Ed25519 key (${form} PEM, base64 on one line).`)
    .transform((value, context) => {
      const parsed = readKey(kind, value);
      if (parsed?.asymmetricKeyType === "ed25519") return parsed;
      context.addIssue(
        `is not an Ed25519 key (${form} PEM, base64 on one line). Unset it or set such a key.`,
      );
      return z.NEVER;
    });
}

function readKey(kind: "private" | "public", value: string): KeyObject | null {
  const pem = Buffer.from(value, "base64").toString("utf8");
  try {
    return kind === "private" ? createPrivateKey(pem) : createPublicKey(pem);
  } catch {
    return null;
  }
}

const publicUrl = z
  .url({
    protocol: /^https?$/,
    error: "is not an http(s) URL. Set what browsers open, like https://support.example.com.",
  })
  .transform((value, context) => {
    const url = new URL(value);
    if (url.pathname === "/" && !url.search && !url.hash && !url.username && !url.password) return url;
    context.addIssue(
      "has more than a scheme, a host and a port. Madoguchi is served at the root: drop the rest.",
    );
    return z.NEVER;
  });

/** The address of a folder, always with a slash at its end, so that names can be put after it. */
const folderUrl = z
  .url({
    protocol: /^https$/,
    error: "is not an https URL. Set one like https://files.example.com/madoguchi/.",
  })
  .transform((value) => new URL(value.endsWith("/") ? value : `${value}/`));

const databaseUrl = z
  .string("is not set. Set the PostgreSQL to use, like postgresql://user:password@host:5432/madoguchi.")
  .refine(
    (value) => /^postgres(ql)?:\/\//.test(value) && URL.canParse(value),
    "is not a PostgreSQL URL. Set one like postgresql://user:password@host:5432/madoguchi.",
  );

const smtpUrl = z
  .string()
  .refine(
    (value) => /^smtps?:\/\/[^/]/.test(value) && URL.canParse(value) && new URL(value).hostname !== "",
    "is not an SMTP address. Set one like smtps://user:password@mail.example.com:465.",
  );

/** `address`, or `Name <address>`, on one line: what stands in a From header. */
const mailFrom = z
  .string()
  .max(200, "is longer than 200 characters. Set a sender like Support <support@example.com>.")
  .regex(
    /^(?:[^<>@\p{Cc}]*<[^\s<>@\p{Cc}]+@[^\s<>@\p{Cc}]+>|[^\s<>@\p{Cc}]+@[^\s<>@\p{Cc}]+)$/u,
    "is not a sender. Set one like Support <support@example.com>.",
  )
  .default("Madoguchi <madoguchi@localhost>");

/** A TURN server's address (RFC 7065): `turns:turn.example:443?transport=tcp`. */
const TURN_URL =
  /^turns?:(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/i;
const turnUrls = z
  .string()
  .default("")
  .transform((value) =>
    value
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== ""),
  )
  .refine(
    (urls) => urls.every((url) => TURN_URL.test(url)),
    "has a part that is not a TURN address. Set a comma-separated list like turns:turn.example.com:443?transport=tcp.",
  );

/** An address, or a range in CIDR notation, of a reverse proxy whose X-Forwarded-For is believed. */
export type AddressRange = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, prefixLength: number];

function readRange(text: string): AddressRange | null {
  try {
    if (text.includes("/")) return ipaddr.parseCIDR(text);
    const address = ipaddr.parse(text);
    return [address, address.kind() === "ipv4" ? 32 : 128];
  } catch {
    return null;
  }
}

const addressRanges = z.string().transform((value, context) => {
  const ranges: AddressRange[] = [];
  for (const text of value.split(",").map((part) => part.trim())) {
    if (text === "") continue;
    const range = readRange(text);
    if (range) ranges.push(range);
    else
      context.addIssue(
        "has a part that is neither an IP address nor a range. Set a comma-separated list like 10.0.0.0/8,::1.",
      );
  }
  return ranges;
});

const addressList = addressRanges.transform((ranges) => {
  const list = new BlockList();
  for (const [address, prefixLength] of ranges)
    list.addSubnet(address.toString(), prefixLength, address.kind());
  return list;
});

const environmentSchema = z
  .object({
    NODE_ENV: z
      .enum(["development", "production", "test"], "is none of development, production and test.")
      .default("production"),
    HOST: z.string().min(1).default("127.0.0.1"),
    PORT: port.default(3000),
    PUBLIC_URL: publicUrl.optional(),
    TRUSTED_PROXIES: addressRanges.prefault(""),
    /** Who may read the metrics. */
    METRICS_ALLOW: addressList.prefault("127.0.0.0/8,::1"),
    METRICS_HOST: z.string().min(1).default("127.0.0.1"),
    /** A port for the metrics alone; none: they are at the one of everything. */
    METRICS_PORT: port.optional(),
    LOG_LEVEL: z.enum(LOG_LEVELS, `is none of ${LOG_LEVELS.join(", ")}.`).default("info"),
    DATABASE_URL: databaseUrl,
    TOKEN_SIGNING_KEY: key("private"),
    TOKEN_PUBLIC_KEY: key("public").optional(),
    NUMBER_KEY: secret,
    COOKIE_SECRET: secret,
    RELAY_SECRET: secret,
    /** Encrypts what the database must be able to give back: TOTP secrets, e-mail that waits. */
    DATA_KEY: secret,
    /** Signs the audit log's checkpoints. */
    AUDIT_SIGNING_KEY: key("private"),
    /** Where what must not lie in the database is kept: the audit log's checkpoints. */
    DATA_DIR: z.string().min(1).default(".data"),
    SMTP_URL: smtpUrl.optional(),
    /** The sender of e-mail. */
    MAIL_FROM: mailFrom,
    /** What browsers are told of TURN servers; none: they reach relays directly or not at all. */
    TURN_URLS: turnUrls,
    /** The `static-auth-secret` of those TURN servers: what their time-limited credentials are made with. */
    TURN_SECRET: z
      .string()
      .regex(
        /^[\x21-\x7e]{32,128}$/,
        "is not 32 to 128 letters, digits or symbols. Set the TURN server's secret.",
      )
      .optional(),
    /** Where `npm run release` publishes the Client Tool; none: `download` in DATA_DIR. */
    DOWNLOAD_DIR: z.string().min(1).optional(),
    /** Another host or a CDN that hands it out instead of this server. */
    DOWNLOAD_URL: folderUrl.optional(),
    NEXT_DIST_DIR: z.string().default(".next"),
  })
  .superRefine((value, context) => {
    if (value.TURN_URLS.length > 0 !== (value.TURN_SECRET !== undefined)) {
      const path = [value.TURN_SECRET === undefined ? "TURN_SECRET" : "TURN_URLS"];
      const message = "is not set. Set TURN_URLS and TURN_SECRET together, or neither.";
      context.addIssue({ code: "custom", path, message });
    }
  })
  .superRefine((value, context) => {
    if (!value.TOKEN_PUBLIC_KEY) return;
    if (createPublicKey(value.TOKEN_SIGNING_KEY).equals(value.TOKEN_PUBLIC_KEY)) return;
    context.addIssue({
      code: "custom",
      path: ["TOKEN_PUBLIC_KEY"],
      message:
        "does not belong to TOKEN_SIGNING_KEY: relays would refuse every session. Set both from one key pair.",
    });
  });

/** The parsed environment. `PUBLIC_URL` is filled in; secrets are bytes; keys are key objects. */
export type Environment = Readonly<
  Omit<z.output<typeof environmentSchema>, "PUBLIC_URL"> & {
    PUBLIC_URL: URL;
  }
>;

/**
 * @param source `process.env`, or a stand-in for it. An empty string counts as unset, as in a `.env` file.
 * @throws EnvironmentError that names every wrong variable
 */
export function parseEnvironment(source: Readonly<Record<string, string | undefined>>): Environment {
  const set = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = environmentSchema.safeParse(set);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
    throw new EnvironmentError([...new Set(lines)].join("\n"));
  }
  return {
    ...parsed.data,
    PUBLIC_URL: parsed.data.PUBLIC_URL ?? new URL(`http://localhost:${parsed.data.PORT}`),
  };
}

const shared = globalThis as typeof globalThis & { madoguchiEnvironment?: Environment };

/**
 * The environment of this process. Parsed at the first call and not at import, so that `next build` can load route
 * modules without any secret being there.
 *
 * @throws EnvironmentError
 */
export function getEnvironment(): Environment {
  shared.madoguchiEnvironment ??= parseEnvironment(process.env);
  return shared.madoguchiEnvironment;
}

/** Whether browsers reach the server over TLS, and so whether cookies may be `Secure`. */
export function isSecure(env: Pick<Environment, "PUBLIC_URL">): boolean {
  return env.PUBLIC_URL.protocol === "https:";
}
