// What each process may know. The relay faces the network with the least: no database, no key that signs.
import type { StartEnvironment } from "./environment";
import type { Secrets } from "./secrets";

/** Settings of the relay that `npm start` has no default for: handed on when they are given, checked by the relay. */
const RELAY_SETTINGS = [
  "ALLOWED_ORIGINS",
  "RELAY_ANNOUNCED_PORT",
  "RELAY_COMMAND_URL",
  "RELAY_INITIAL_OUTGOING_BITRATE_BPS",
  "RELAY_MAX_CHECKS",
  "RELAY_MAX_INCOMING_BITRATE_BPS",
  "RELAY_MAX_UNJOINED_PER_ADDRESS",
  "RELAY_MEDIA_HOST",
  "RELAY_METRICS_ALLOW",
  "RELAY_METRICS_HOST",
  "RELAY_METRICS_PORT",
  "RELAY_RECONNECT_WINDOW_MS",
  "RELAY_WORKER_ALLOCATOR",
];

/** What any program needs from the shell that started us, beside the settings of Madoguchi. */
const INHERITED = [
  "HOME",
  "LANG",
  "LC_ALL",
  "NODE_EXTRA_CA_CERTS",
  "NODE_OPTIONS",
  "NO_COLOR",
  "PATH",
  "TMPDIR",
  "TZ",
];

export type ChildEnvironmentOptions = {
  environment: StartEnvironment;
  secrets: Secrets;
  variables: NodeJS.ProcessEnv;
  nodeEnvironment: "production" | "development" | "test";
  databaseUrl: string;
  /** Set when e-mail is caught on this machine. */
  mailCatcher?: MailCatcherPorts | undefined;
};

/** Both on loopback. */
export type MailCatcherPorts = { smtpPort: number; pagePort: number };

/** For the management server: all settings that were given, the checked ones in their final form, and the secrets. */
export function managementServerEnvironment({
  environment,
  secrets,
  variables,
  nodeEnvironment,
  databaseUrl,
  mailCatcher,
}: ChildEnvironmentOptions): NodeJS.ProcessEnv {
  const given = Object.fromEntries(
    Object.entries(variables).filter(([name]) => name !== "DEMO_PASSWORD" && !name.startsWith("npm_")),
  );
  return {
    ...given,
    NODE_ENV: nodeEnvironment,
    HOST: environment.HOST,
    PORT: String(environment.PORT),
    PUBLIC_URL: environment.PUBLIC_URL,
    DATABASE_URL: databaseUrl,
    DATA_DIR: environment.DATA_DIR,
    LOG_LEVEL: environment.LOG_LEVEL,
    TRUSTED_PROXIES: managementProxies(environment),
    ...(mailCatcher && { SMTP_URL: `smtp://127.0.0.1:${mailCatcher.smtpPort}` }),
    // Nothing leaves the machine that nobody asked for.
    NEXT_TELEMETRY_DISABLED: "1",
    ...secrets,
  };
}

/** The relay hands requests on to the management server when it serves TLS, from this very machine. */
function managementProxies({ TRUSTED_PROXIES, tls }: StartEnvironment): string {
  if (tls === undefined) return TRUSTED_PROXIES;
  return [TRUSTED_PROXIES, "127.0.0.0/8", "::1"].filter((part) => part !== "").join(",");
}

/** For the relay: a list of what it gets rather than of what it does not, so that no future secret slips through. */
export function relayEnvironment(
  { environment, secrets, variables, nodeEnvironment }: ChildEnvironmentOptions,
  workerBinary: string,
): NodeJS.ProcessEnv {
  const handedOn = [...INHERITED, ...RELAY_SETTINGS].map((name) => [name, variables[name]]);
  return {
    ...Object.fromEntries(handedOn),
    NODE_ENV: nodeEnvironment,
    LOG_LEVEL: environment.LOG_LEVEL,
    RELAY_HOST: environment.RELAY_HOST,
    RELAY_PORT: String(environment.RELAY_PORT),
    RELAY_MEDIA_PORT: String(environment.RELAY_MEDIA_PORT),
    RELAY_ANNOUNCED_ADDRESS: environment.RELAY_ANNOUNCED_ADDRESS,
    RELAY_PUBLIC_URL: environment.RELAY_PUBLIC_URL,
    RELAY_ID: environment.RELAY_ID,
    RELAY_REGION: environment.RELAY_REGION,
    RELAY_WORKERS: String(environment.RELAY_WORKERS),
    TRUSTED_PROXIES: environment.TRUSTED_PROXIES,
    PUBLIC_URL: environment.PUBLIC_URL,
    MANAGEMENT_URL: loopbackUrl(environment),
    ...(environment.tls && {
      RELAY_TLS_CERT_FILE: environment.tls.certificateFile,
      RELAY_TLS_KEY_FILE: environment.tls.keyFile,
      RELAY_SITE_URL: environment.RELAY_SITE_URL ?? loopbackUrl(environment),
    }),
    MEDIASOUP_WORKER_BIN: workerBinary,
    TOKEN_PUBLIC_KEY: secrets.TOKEN_PUBLIC_KEY,
    RELAY_SECRET: secrets.RELAY_SECRET,
  };
}

/** For the mail catcher: no setting of the service and no secret. */
export function mailCatcherEnvironment(
  variables: NodeJS.ProcessEnv,
  nodeEnvironment: ChildEnvironmentOptions["nodeEnvironment"],
  { smtpPort, pagePort }: MailCatcherPorts,
): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(INHERITED.map((name) => [name, variables[name]])),
    NODE_ENV: nodeEnvironment,
    MAIL_SMTP_PORT: String(smtpPort),
    MAIL_PORT: String(pagePort),
  };
}

/** How processes on this machine reach the management server. */
export function loopbackUrl({ HOST, PORT }: Pick<StartEnvironment, "HOST" | "PORT">): string {
  const host = HOST === "0.0.0.0" ? "127.0.0.1" : HOST === "::" ? "::1" : HOST;
  return `http://${host.includes(":") ? `[${host}]` : host}:${PORT}`;
}
