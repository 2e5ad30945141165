// What an administrator may set, checked before anything starts. The processes that are started check their own
// part again, because each of them may also be run without this command.
import os from "node:os";
import path from "node:path";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { relayIdSchema } from "@/protocol/relay-api";
import { projectRoot } from "../setup/project.mjs";
import { StepError } from "../setup/report.mjs";

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= min && Number(text) <= max, {
      message: `must be a whole number from ${min} to ${max}`,
    })
    .transform(Number);
const port = wholeNumber(1, 65_535);
const url = (...protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    message: `must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`,
  });

const schema = z.object({
  NODE_ENV: z.enum(["production", "development", "test"]).optional(),
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: port.default(3000),
  PUBLIC_URL: url("http:", "https:").optional(),
  DATABASE_URL: url("postgres:", "postgresql:").optional(),
  DATA_DIR: z.string().min(1).default(".data"),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  TRUSTED_PROXIES: z
    .string()
    .default("")
    .refine((text) => splitList(text).every(isAddressRange), {
      message: "must be addresses or ranges such as 10.0.0.0/8, separated by commas",
    }),
  DOWNLOAD_DIR: z.string().min(1).optional(),
  DOWNLOAD_URL: url("http:", "https:").optional(),
  CLIENT_TOOL_RELEASE: z.enum(["automatic", "manual"]).default("automatic"),
  DEMO_PASSWORD: z
    .string()
    .regex(/^[\x21-\x7e]{8,20}$/, "must be 8 to 20 half-width letters, digits or symbols")
    .optional(),
  SMTP_URL: url("smtp:", "smtps:").optional(),
  // Whether each is a TURN address, the management server says.
  TURN_URLS: z.string().optional(),
  TURN_SECRET: z.string().min(32, "must have at least 32 characters").optional(),
  MAIL_PORT: port.optional(),
  RELAY_HOST: z.string().min(1).default("127.0.0.1"),
  RELAY_PORT: port.default(4443),
  RELAY_MEDIA_PORT: port.optional(),
  RELAY_ANNOUNCED_ADDRESS: z.string().min(1).default("127.0.0.1"),
  RELAY_ANNOUNCED_PORT: port.optional(),
  RELAY_PUBLIC_URL: url("ws:", "wss:").optional(),
  RELAY_TLS_CERT_FILE: z.string().optional(),
  RELAY_TLS_KEY_FILE: z.string().optional(),
  RELAY_SITE_URL: url("http:", "https:").optional(),
  LAN_PORT: port.optional(),
  RELAY_ID: z
    .string()
    .refine((text) => relayIdSchema.safeParse(text).success, {
      message: "must be 1 to 63 lower-case letters, digits or hyphens, and not begin with a hyphen",
    })
    .default("relay-1"),
  RELAY_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/, "must be 1 to 32 lower-case letters, digits or hyphens")
    .default("default"),
  RELAY_WORKERS: wholeNumber(1, 256).default(os.availableParallelism()),
});

type Parsed = z.infer<typeof schema>;

/** The checked environment with every default filled in; `DATA_DIR` is absolute. */
export type StartEnvironment = Omit<Parsed, "PUBLIC_URL" | "RELAY_MEDIA_PORT" | "RELAY_PUBLIC_URL"> & {
  PUBLIC_URL: string;
  RELAY_MEDIA_PORT: number;
  RELAY_PUBLIC_URL: string;
  /** True with `NODE_ENV=production` and a `DATABASE_URL`: then nothing is made up that an administrator must give. */
  isProduction: boolean;
  /** True without a mail server outside production: then e-mail is caught and shown on loopback. */
  catchesMail: boolean;
  /** Set when the relay serves everything, these pages too, over TLS on its one port. */
  tls: { certificateFile: string; keyFile: string } | undefined;
};

/** Throws a StepError that names every variable that is wrong. An empty variable counts as unset. */
export function parseEnvironment(variables: NodeJS.ProcessEnv): StartEnvironment {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));
  const result = schema.safeParse(given);
  if (!result.success) {
    const lines = result.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
    throw new StepError(
      `The environment has a wrong value:\n${[...new Set(lines)].join("\n")}`,
      "Correct or unset what is named, then start again.",
    );
  }
  const values = result.data;
  const tls = tlsFiles(values);
  const isProduction = values.NODE_ENV === "production" && values.DATABASE_URL !== undefined;
  return {
    ...values,
    DATA_DIR: path.resolve(projectRoot, values.DATA_DIR),
    DOWNLOAD_DIR: values.DOWNLOAD_DIR && path.resolve(projectRoot, values.DOWNLOAD_DIR),
    PUBLIC_URL: values.PUBLIC_URL ?? `http://localhost:${values.PORT}`,
    RELAY_MEDIA_PORT: mediaPort(values, tls !== undefined),
    RELAY_PUBLIC_URL: values.RELAY_PUBLIC_URL ?? relayPublicUrl(values, tls !== undefined),
    isProduction,
    catchesMail: !isProduction && values.SMTP_URL === undefined,
    tls,
  };
}

function tlsFiles({ RELAY_TLS_CERT_FILE, RELAY_TLS_KEY_FILE }: Parsed): StartEnvironment["tls"] {
  if (RELAY_TLS_CERT_FILE === undefined && RELAY_TLS_KEY_FILE === undefined) return undefined;
  if (RELAY_TLS_CERT_FILE === undefined || RELAY_TLS_KEY_FILE === undefined) {
    throw new StepError(
      "RELAY_TLS_CERT_FILE and RELAY_TLS_KEY_FILE belong together, and one is missing.",
      "Set both, or neither.",
    );
  }
  return {
    certificateFile: path.resolve(projectRoot, RELAY_TLS_CERT_FILE),
    keyFile: path.resolve(projectRoot, RELAY_TLS_KEY_FILE),
  };
}

/** With TLS the relay has the name of the pages, which it serves too. */
function relayPublicUrl({ PUBLIC_URL, RELAY_PORT }: Parsed, servesTls: boolean): string {
  if (!servesTls) return `ws://localhost:${RELAY_PORT}`;
  const { hostname } = new URL(PUBLIC_URL ?? "https://localhost");
  return new URL(`wss://${hostname}:${RELAY_PORT}`).href.replace(/\/$/, "");
}

/** Each worker takes one port from here upwards, for UDP and TCP; with TLS only for UDP, so that the first may have the relay's own number. */
function mediaPort({ RELAY_MEDIA_PORT, RELAY_PORT, RELAY_WORKERS }: Parsed, servesTls: boolean): number {
  const first = RELAY_MEDIA_PORT ?? (servesTls ? RELAY_PORT : RELAY_PORT + 1);
  if (first + RELAY_WORKERS - 1 > 65_535) {
    throw new StepError(
      `RELAY_MEDIA_PORT is ${first}, which leaves no room for ${RELAY_WORKERS} workers below 65536.`,
      "Set a lower RELAY_MEDIA_PORT (or RELAY_PORT).",
    );
  }
  return first;
}

function splitList(text: string): string[] {
  return text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function isAddressRange(text: string): boolean {
  return text.includes("/") ? ipaddr.isValidCIDR(text) : ipaddr.isValid(text);
}
