// `npm start -- --lan`: one HTTPS address for the other machines of the same network.
import path from "node:path";
import { StepError } from "../../setup/report.mjs";
import type { StartEnvironment } from "../environment";
import { requireFreePorts, type WantedPort } from "../ports";
import { type ChosenLanAddress, chooseLanAddress } from "./lan-address";
import { keepLanCertificate, type LanCertificate } from "./lan-certificate";

const HTTPS_PORT = 443;
const FALLBACK_PORT = 8443;
const FLAG = /^--lan(?:=(.*))?$/;

/** What --lan sets by itself. */
const DECIDED = [
  "PUBLIC_URL",
  "RELAY_HOST",
  "RELAY_PORT",
  "RELAY_MEDIA_HOST",
  "RELAY_MEDIA_PORT",
  "RELAY_ANNOUNCED_ADDRESS",
  "RELAY_ANNOUNCED_PORT",
  "RELAY_PUBLIC_URL",
  "RELAY_SITE_URL",
  "RELAY_TLS_CERT_FILE",
  "RELAY_TLS_KEY_FILE",
] as const;

export interface LanRequest {
  /** The address that was named, if one was. */
  readonly address: string | undefined;
}

export interface Lan {
  readonly chosen: ChosenLanAddress;
  readonly certificate: LanCertificate;
}

/**
 * Whether the command line asks for it.
 *
 * @throws StepError when it cannot be had together with what else was asked for
 */
export function readLanRequest(
  args: readonly string[],
  variables: NodeJS.ProcessEnv,
  mode: "production" | "development",
): LanRequest | null {
  const match = args.map((arg) => FLAG.exec(arg)).find((found) => found !== null);
  if (match === undefined) return null;
  if (mode === "development") {
    throw new StepError("--lan is not for `npm run dev`.", "Use `npm start -- --lan`.");
  }
  const given = DECIDED.filter((name) => variables[name]);
  if (given.length > 0) {
    throw new StepError(
      `--lan decides ${given.join(", ")} by itself.`,
      "Unset what is named (look into .env too), or start without --lan. LAN_PORT sets the port.",
    );
  }
  return { address: match[1] || undefined };
}

/** Chooses address and port, keeps a certificate in DATA_DIR, and says what the processes are to be started with. */
export async function prepareLan(
  request: LanRequest,
  environment: StartEnvironment,
  patienceMs: number,
): Promise<{ lan: Lan; environment: StartEnvironment }> {
  const chosen = await chooseLanAddress(request.address);
  const { address, others } = chosen;
  const port = await choosePort(environment, address, patienceMs);
  const certificate = await keepLanCertificate(
    path.join(environment.DATA_DIR, "lan"),
    address,
    others.map((other) => other.address),
  );
  const authority = port === HTTPS_PORT ? address : `${address}:${port}`;
  return {
    lan: { chosen, certificate },
    environment: {
      ...environment,
      PUBLIC_URL: `https://${authority}`,
      RELAY_HOST: address,
      RELAY_PORT: port,
      RELAY_MEDIA_PORT: port,
      RELAY_ANNOUNCED_ADDRESS: address,
      RELAY_PUBLIC_URL: `wss://${authority}`,
      tls: { certificateFile: certificate.certificateFile, keyFile: certificate.keyFile },
    },
  };
}

/** LAN_PORT; else 443, which needs no number in the address, when it is free and this user may have it; else 8443. */
async function choosePort(
  { LAN_PORT, RELAY_WORKERS }: StartEnvironment,
  host: string,
  patienceMs: number,
): Promise<number> {
  if (LAN_PORT !== undefined) return LAN_PORT;
  const wanted: WantedPort[] = [
    { variable: "LAN_PORT", purpose: "the relay", host, port: HTTPS_PORT, protocol: "tcp" },
    ...Array.from({ length: RELAY_WORKERS }, (_, index) => ({
      variable: "LAN_PORT",
      purpose: "the relay's media",
      host,
      port: HTTPS_PORT + index,
      protocol: "udp" as const,
    })),
  ];
  const isFree = await requireFreePorts(wanted, patienceMs).then(
    () => true,
    () => false,
  );
  return isFree ? HTTPS_PORT : FALLBACK_PORT;
}

/** The lines that tell a person what to expect. The fingerprint is how a warning is told from an attack. */
export function describeLan({ chosen: { address, interfaceName, others }, certificate }: Lan): string[] {
  return [
    `Served to this network at ${address} (${interfaceName}).`,
    ...(others.length === 0
      ? []
      : [
          `  This machine also has ${others.map((one) => `${one.address} (${one.interfaceName})`).join(", ")}; choose with --lan=<address>.`,
        ]),
    `  ${certificate.isNew ? "New certificate" : "Certificate"}, SHA-256:`,
    `  ${certificate.fingerprint}`,
    "  Browsers warn at the first visit, because this machine vouches for its certificate itself and no authority does.",
    "  Compare the fingerprint with the one in the browser's certificate details, then go on: what is sent is encrypted.",
  ];
}
