import { createPublicKey, type KeyObject } from "node:crypto";
import { existsSync } from "node:fs";
import { BlockList, isIP, isIPv6 } from "node:net";
import { availableParallelism } from "node:os";
import { z } from "zod";
import { CHECK_BUDGET_BYTES } from "@/protocol/connectivity-check";
import { HEARTBEAT_INTERVAL_MS, relayIdSchema } from "@/protocol/relay-api";
import { JOIN_TIMEOUT_MS, RECONNECT_WINDOW_MS } from "@/protocol/signalling";
import packageJson from "../package.json" with { type: "json" };

/** Everything the relay is told from outside, checked once at boot. */
export interface RelayConfig {
  readonly relayId: string;
  readonly region: string;
  readonly version: string;
  readonly logLevel: string;
  /** Where HTTP and WebSocket are served. Port 0: any free one. */
  readonly host: string;
  readonly port: number;
  /** What browsers connect to, without a path; null: made from host and port. */
  readonly publicUrl: string | null;
  /** Where management servers send commands; null: made from host and port. */
  readonly commandUrl: string | null;
  readonly managementUrl: string;
  readonly relaySecret: string;
  /** Ed25519; verifies join tokens and commands. */
  readonly tokenPublicKey: KeyObject;
  readonly allowedOrigins: ReadonlySet<string>;
  /** Addresses whose X-Forwarded-For is believed. */
  readonly trustedProxies: BlockList;
  readonly media: MediaConfig;
  /** Set when everything, media over TCP included, is served on the one TCP port, over TLS. */
  readonly front: FrontConfig | null;
  readonly metrics: MetricsConfig;
  readonly limits: LimitsConfig;
  /** How long a relay that is told to stop waits for its sessions; undefined: whatever suits the way it was started. */
  readonly drainTimeoutMs: number | undefined;
}

/** Who may read the metrics, and where. */
export interface MetricsConfig {
  readonly allowed: BlockList;
  readonly host: string;
  /** A port for the metrics alone; null: they are on the relay's own. */
  readonly port: number | null;
}

export interface FrontConfig {
  /** PEM files; read again when they change. */
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Where requests go that are not the relay's own; null: nowhere. */
  readonly siteUrl: string | null;
  /** The port that browsers are told for media, when NAT shows another one than is bound; worker n's UDP is n further. */
  readonly announcedPort: number | undefined;
}

export interface MediaConfig {
  readonly workers: number;
  /** The address media sockets are bound to. */
  readonly listenAddress: string;
  /** The address browsers are told, when it is another one (NAT, containers). */
  readonly announcedAddress: string | undefined;
  /** Worker n uses `port + n`, UDP and TCP. 0: any free ones. */
  readonly port: number;
  /** Whether a worker takes TCP on loopback alone, from the front, which has the one port that all of them share. */
  readonly tcpThroughFront: boolean;
  readonly initialOutgoingBitrateBps: number;
  readonly maxIncomingBitrateBps: number;
  /** A shared library that workers allocate with; null: the system's own allocator; undefined: whichever is best here. */
  readonly allocator: string | null | undefined;
}

export interface LimitsConfig {
  readonly joinTimeoutMs: number;
  /** A WebSocket is pinged this often. Browsers answer by themselves, also for pages in the background. */
  readonly pingIntervalMs: number;
  /** Nothing heard for this long: the others are told that the connection is interrupted. */
  readonly silentAfterMs: number;
  /** Nothing heard for this long: the connection is given up. */
  readonly deadAfterMs: number;
  readonly maxUnjoinedPerAddress: number;
  /** Connectivity checks that may run at a time; 0: none. */
  readonly maxChecks: number;
  readonly checkBudgetBytes: number;
  /** Messages that a connection may send at once, and how many more it may send each second. */
  readonly messageBurst: number;
  readonly messagesPerSecond: number;
  /** How long either side may be away; then the session is over, even though the other one is there. */
  readonly reconnectWindowMs: number;
  readonly heartbeatIntervalMs: number;
}

const DEFAULT_MEDIA_PORT = 44_400;

/** A day: nothing waits longer, and timers can hold it. */
const MAX_DRAIN_TIMEOUT_MS = 86_400_000;

const port = z.coerce.number().int().min(0).max(65_535);
const commaList = z.string().transform((text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== ""),
);
const originList = commaList.pipe(
  z
    .array(
      z.url({ protocol: /^https?$/ }).transform((url, context) => {
        const { origin } = new URL(url);
        if (url.replace(/\/$/, "") !== origin) {
          context.addIssue({
            code: "custom",
            message: `${url} is not an origin such as https://support.example`,
          });
        }
        return origin;
      }),
    )
    .min(1, "expected at least one origin"),
);
const networkList = commaList.transform((entries, context) => {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = "", prefix] = entry.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    const longestPrefix = family === "ipv6" ? 128 : 32;
    const prefixLength = prefix === undefined ? longestPrefix : Number(prefix);
    if (
      isIP(address) === 0 ||
      !Number.isInteger(prefixLength) ||
      prefixLength < 0 ||
      prefixLength > longestPrefix
    ) {
      context.addIssue({ code: "custom", message: `${entry} is neither an address nor a network` });
      return z.NEVER;
    }
    list.addSubnet(address, prefixLength, family);
  }
  return list;
});
/** A SPKI PEM in base64 on one line, as an environment variable can hold it. */
const publicKey = z.string().transform((text, context) => {
  try {
    const key = createPublicKey(Buffer.from(text, "base64").toString("utf8"));
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // What is not a key at all is told like a key of another kind.
  }
  context.addIssue({
    code: "custom",
    message: "expected an Ed25519 public key (SPKI PEM, base64 on one line)",
  });
  return z.NEVER;
});
const address = z
  .string()
  .transform((text) => (text === "localhost" ? "127.0.0.1" : text))
  .refine((text) => isIP(text) !== 0, "expected an IP address");

const environmentSchema = z.object({
  RELAY_ID: relayIdSchema.default("relay-1"),
  RELAY_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/, "expected 1 to 32 lower-case letters, digits and hyphens")
    .default("default"),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  RELAY_HOST: address.default("127.0.0.1"),
  RELAY_PORT: port.default(4443),
  RELAY_PUBLIC_URL: z.url({ protocol: /^wss?$/, error: "expected a ws:// or wss:// URL" }).optional(),
  RELAY_COMMAND_URL: z.url({ protocol: /^https?$/, error: "expected an http:// or https:// URL" }).optional(),
  MANAGEMENT_URL: z.url({ protocol: /^https?$/, error: "expected an http:// or https:// URL" }),
  RELAY_SECRET: z.string().min(32, "expected at least 32 characters"),
  TOKEN_PUBLIC_KEY: publicKey,
  /** The management server's own address: its origin is the one allowed when no list is given. */
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: "expected an http:// or https:// URL" }).optional(),
  ALLOWED_ORIGINS: originList.optional(),
  TRUSTED_PROXIES: networkList.default(new BlockList()),
  RELAY_METRICS_ALLOW: networkList.prefault("127.0.0.0/8,::1"),
  RELAY_METRICS_HOST: address.default("127.0.0.1"),
  RELAY_METRICS_PORT: port.optional(),
  RELAY_WORKER_ALLOCATOR: z
    .union([
      z.literal("system").transform(() => null),
      z.string().refine((path) => existsSync(path), "expected the path of a shared library, or system"),
    ])
    .optional(),
  RELAY_WORKERS: z.coerce.number().int().min(1).max(256).optional(),
  RELAY_MEDIA_HOST: address.optional(),
  RELAY_MEDIA_PORT: port.optional(),
  RELAY_ANNOUNCED_ADDRESS: z.string().min(1).max(253).optional(),
  RELAY_ANNOUNCED_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  RELAY_TLS_CERT_FILE: z.string().optional(),
  RELAY_TLS_KEY_FILE: z.string().optional(),
  RELAY_SITE_URL: z.url({ protocol: /^https?$/, error: "expected an http:// or https:// URL" }).optional(),
  RELAY_INITIAL_OUTGOING_BITRATE_BPS: z.coerce.number().int().min(100_000).default(5_000_000),
  RELAY_MAX_INCOMING_BITRATE_BPS: z.coerce.number().int().min(100_000).default(12_000_000),
  RELAY_MAX_UNJOINED_PER_ADDRESS: z.coerce.number().int().min(1).default(20),
  RELAY_RECONNECT_WINDOW_MS: z.coerce.number().int().min(1_000).default(RECONNECT_WINDOW_MS),
  RELAY_DRAIN_TIMEOUT_MS: z.coerce.number().int().min(0).max(MAX_DRAIN_TIMEOUT_MS).optional(),
  RELAY_MAX_CHECKS: z.coerce.number().int().min(0).default(8),
});

/** A wrong or missing environment variable, named in one sentence. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * Reads the relay's configuration. An empty variable counts as unset.
 *
 * @throws ConfigError naming the first variable that is wrong
 */
export function readConfig(environment: Record<string, string | undefined>): RelayConfig {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const name = String(issue?.path[0] ?? "environment");
    throw new ConfigError(
      given[name] === undefined
        ? `The environment variable ${name} is missing.`
        : `The environment variable ${name} is wrong: ${issue?.message}.`,
    );
  }
  const values = parsed.data;
  const allowedOrigins =
    values.ALLOWED_ORIGINS ?? (values.PUBLIC_URL === undefined ? [] : [new URL(values.PUBLIC_URL).origin]);
  if (allowedOrigins.length === 0)
    throw new ConfigError("The environment variable ALLOWED_ORIGINS is missing.");
  const workers = values.RELAY_WORKERS ?? availableParallelism();
  const listenAddress = values.RELAY_MEDIA_HOST ?? values.RELAY_HOST;
  if (isUnspecified(listenAddress) && values.RELAY_ANNOUNCED_ADDRESS === undefined) {
    throw new ConfigError(
      `The environment variable RELAY_ANNOUNCED_ADDRESS is missing: browsers cannot connect to ${listenAddress}.`,
    );
  }
  const front = readFront(values);
  // With one port, the first worker's UDP has the number of the TCP port: a firewall needs one rule, and so does a person.
  const mediaPort = values.RELAY_MEDIA_PORT ?? (front === null ? DEFAULT_MEDIA_PORT : values.RELAY_PORT);
  for (const [name, first = 0] of [
    ["RELAY_MEDIA_PORT", mediaPort],
    ["RELAY_ANNOUNCED_PORT", front?.announcedPort],
  ] as const) {
    if (first + workers - 1 > 65_535) {
      throw new ConfigError(
        `The environment variable ${name} is wrong: ${workers} workers need ports up to ${first + workers - 1}.`,
      );
    }
  }
  return {
    relayId: values.RELAY_ID,
    region: values.RELAY_REGION,
    version: packageJson.version,
    logLevel: values.LOG_LEVEL,
    host: values.RELAY_HOST,
    port: values.RELAY_PORT,
    publicUrl: values.RELAY_PUBLIC_URL?.replace(/\/$/, "") ?? null,
    commandUrl: values.RELAY_COMMAND_URL?.replace(/\/$/, "") ?? null,
    managementUrl: values.MANAGEMENT_URL.replace(/\/$/, ""),
    relaySecret: values.RELAY_SECRET,
    tokenPublicKey: values.TOKEN_PUBLIC_KEY,
    allowedOrigins: new Set(allowedOrigins),
    trustedProxies: values.TRUSTED_PROXIES,
    media: {
      workers,
      listenAddress,
      announcedAddress: values.RELAY_ANNOUNCED_ADDRESS,
      port: mediaPort,
      tcpThroughFront: front !== null,
      initialOutgoingBitrateBps: values.RELAY_INITIAL_OUTGOING_BITRATE_BPS,
      maxIncomingBitrateBps: values.RELAY_MAX_INCOMING_BITRATE_BPS,
      allocator: values.RELAY_WORKER_ALLOCATOR,
    },
    front,
    metrics: {
      allowed: values.RELAY_METRICS_ALLOW,
      host: values.RELAY_METRICS_HOST,
      port: values.RELAY_METRICS_PORT ?? null,
    },
    limits: {
      joinTimeoutMs: JOIN_TIMEOUT_MS,
      pingIntervalMs: 750,
      silentAfterMs: 1_300,
      deadAfterMs: 30_000,
      maxUnjoinedPerAddress: values.RELAY_MAX_UNJOINED_PER_ADDRESS,
      maxChecks: values.RELAY_MAX_CHECKS,
      checkBudgetBytes: CHECK_BUDGET_BYTES,
      messageBurst: 200,
      messagesPerSecond: 50,
      reconnectWindowMs: values.RELAY_RECONNECT_WINDOW_MS,
      heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS,
    },
    drainTimeoutMs: values.RELAY_DRAIN_TIMEOUT_MS,
  };
}

/** The settings that make sense together only. */
function readFront(values: z.infer<typeof environmentSchema>): FrontConfig | null {
  const { RELAY_TLS_CERT_FILE, RELAY_TLS_KEY_FILE, RELAY_SITE_URL, RELAY_ANNOUNCED_PORT } = values;
  if (RELAY_TLS_CERT_FILE !== undefined && RELAY_TLS_KEY_FILE !== undefined) {
    return {
      certificateFile: RELAY_TLS_CERT_FILE,
      keyFile: RELAY_TLS_KEY_FILE,
      siteUrl: RELAY_SITE_URL === undefined ? null : new URL(RELAY_SITE_URL).origin,
      announcedPort: RELAY_ANNOUNCED_PORT,
    };
  }
  const given = Object.entries({
    RELAY_TLS_CERT_FILE,
    RELAY_TLS_KEY_FILE,
    RELAY_SITE_URL,
    RELAY_ANNOUNCED_PORT,
  }).find(([, value]) => value !== undefined)?.[0];
  if (given === undefined) return null;
  const missing = RELAY_TLS_CERT_FILE === undefined ? "RELAY_TLS_CERT_FILE" : "RELAY_TLS_KEY_FILE";
  throw new ConfigError(`The environment variable ${missing} is missing: ${given} needs it.`);
}

function isUnspecified(listenAddress: string): boolean {
  return listenAddress === "0.0.0.0" || listenAddress === "::";
}
