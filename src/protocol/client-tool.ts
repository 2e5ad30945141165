import { z } from "zod";
import { toolPlatformSchema } from "./control";
import { relayAssignmentSchema, relayTroubleSchema } from "./join-token";

/**
 * What the Client Tool and the management server say to each other, over HTTPS as JSON. A refusal is
 * `{ "error": "<code of the error table>" }` with the code's HTTP status.
 *
 * 1. The customer's page, with `control` agreed to, gets a pairing token and hands out the tool under a name that carries it.
 * 2. The tool redeems it (once, within PAIRING_TTL_SECONDS) and learns who wants to control, and its own secret.
 * 3. After the customer's yes in the tool's window it asks for its way into the session, as often as it has to come back.
 */
export const PAIRING_TTL_SECONDS = 600;
/** 128 bits in base64url (OWASP ASVS 5.0, 7.2.3); short, because it is part of a file's name. */
export const pairingTokenSchema = z.string().regex(/^[A-Za-z0-9_-]{22}$/);

export const toolEndpoints = {
  redeem: "/api/tool/redeem",
  join: "/api/tool/join",
  device: "/api/tool/device",
} as const;

const toolSecretSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/**
 * A name as a machine tells it. Characters that nobody sees are left out: PostgreSQL keeps neither NUL nor half a surrogate pair.
 */
const told = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .overwrite((text) => text.replace(/[\p{Cc}\p{Cs}]/gu, ""));

export const redeemPairingInput = z.strictObject({
  token: pairingTokenSchema,
  platform: toolPlatformSchema,
  version: told(40),
});
export const redeemedPairingSchema = z.object({
  sessionId: z.uuid(),
  /** 256 bits; opens `join` and `device` for as long as the session lasts. Kept in memory alone. */
  toolSecret: toolSecretSchema,
  operatorName: z.string(),
  companyName: z.string(),
  /** The language of the customer's page: the tool speaks it too. */
  language: z.enum(["ja", "en"]),
  /** Whether the customer agreed to tell about the machine (toolDeviceSchema). */
  sharesDevice: z.boolean(),
});
export type RedeemedPairing = z.infer<typeof redeemedPairingSchema>;

export const toolJoinInput = z.strictObject({
  toolSecret: toolSecretSchema,
  trouble: relayTroubleSchema.optional(),
});
/** As the sides get it; its token has the role `tool`. */
export const toolJoinOutput = relayAssignmentSchema;

/** What the tool tells about the machine, if the customer agreed to that. */
export const toolDeviceSchema = z.strictObject({
  osName: told(60),
  osVersion: told(60),
  hostName: told(255),
  cpuModel: told(120),
  cpuCores: z.int().min(0).max(4096),
  memoryTotalBytes: z.int().nonnegative(),
  memoryFreeBytes: z.int().nonnegative(),
  disks: z
    .array(
      z.strictObject({
        name: told(120),
        totalBytes: z.int().nonnegative(),
        freeBytes: z.int().nonnegative(),
      }),
    )
    .max(32),
  networkAddresses: z.array(z.strictObject({ name: told(60), address: told(60) })).max(64),
  uptimeSeconds: z.int().nonnegative(),
});
export type ToolDevice = z.infer<typeof toolDeviceSchema>;

export const toolDeviceInput = z.strictObject({ toolSecret: toolSecretSchema, device: toolDeviceSchema });

/**
 * The name under which the tool is saved: `madoguchi_<host>[~<port>]_<token><suffix>`. Browsers add " (1)" and the like
 * before the suffix. The site is reached over HTTPS; over HTTP only on loopback names.
 */
export const TOOL_NAME_PREFIX = "madoguchi";

/** @param origin of the management server @param suffix with its dot, or empty */
export function toolFileName(origin: string, token: string, suffix: string): string {
  const { hostname, port } = new URL(origin);
  return `${TOOL_NAME_PREFIX}_${hostname}${port === "" ? "" : `~${port}`}_${token}${suffix}`;
}

/** @returns null when the name is not one of {@link toolFileName}, whatever browsers and people added to its end */
export function readToolFileName(name: string): { origin: string; token: string } | null {
  const match =
    /^madoguchi_([a-z0-9.-]{1,253}|\[[0-9a-f:]{2,45}\])(?:~(\d{1,5}))?_([A-Za-z0-9_-]{22})(?![A-Za-z0-9_-])/.exec(
      name,
    );
  const [, host, port, token] = match ?? [];
  if (host === undefined || token === undefined) return null;
  const scheme = ["localhost", "127.0.0.1", "[::1]"].includes(host) ? "http" : "https";
  return { origin: `${scheme}://${host}${port === undefined ? "" : `:${port}`}`, token };
}
