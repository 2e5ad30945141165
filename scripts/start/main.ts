// `npm start` (and `npm run dev`): sets up what is missing, then runs the database, the management server and one
// relay until it is told to stop.
import { existsSync } from "node:fs";
import path from "node:path";
import { loadEnvFile } from "node:process";
import { buildAll, bundles } from "../setup/build";
import { ensureMediasoupWorker } from "../setup/mediasoup-worker";
import { generatePrismaClient } from "../setup/prisma-client";
import { projectRoot } from "../setup/project.mjs";
import { elapsed, StepError, step } from "../setup/report.mjs";
import { endRunningCommands } from "../setup/run-command";
import { BackOff } from "./back-off";
import {
  type ChildEnvironmentOptions,
  loopbackUrl,
  type MailCatcherPorts,
  mailCatcherEnvironment,
  managementServerEnvironment,
  relayEnvironment,
} from "./child-environment";
import { keepReleased } from "./client-tool-release";
import { openDataDirectory } from "./data-directory";
import { startEmbeddedDatabase } from "./database";
import { parseEnvironment, type StartEnvironment } from "./environment";
import { createDemo, describeSignIn, type SignInData } from "./first-run";
import { waitForHealth } from "./health";
import { describeLan, type Lan, prepareLan, readLanRequest } from "./lan/lan";
import { migrate } from "./migrate";
import { chooseMailPort, findFreePort, requireFreePorts, wantedPorts } from "./ports";
import { loadSecrets } from "./secrets";
import { Shutdown } from "./shutdown";
import { SupervisedProcess } from "./supervised-process";

/** Processes of a killed start need this long to notice and go. */
const KILLED_START_PATIENCE_MS = 6_000;
const RELAY_REGISTRATION_TIMEOUT_MS = 15_000;
/** Together with the database's own time this stays below the five seconds in which a stop is done. */
const CHILD_STOP_GRACE_MS = 2_000;

type Mode = "production" | "development";

export async function main(args: string[]): Promise<void> {
  const startedAt = performance.now();
  const shutdown = new Shutdown();
  shutdown.handleSignals();
  if (process.env.npm_lifecycle_event) shutdown.followParent();
  shutdown.add(async () => endRunningCommands());
  try {
    await start(args.includes("--dev") ? "development" : "production", args, shutdown, startedAt);
  } catch (error) {
    // Asked to stop in the middle of a step, the step fails; the signal has been answered already.
    const wasAsked = shutdown.signal.aborted;
    await shutdown.close();
    if (wasAsked) process.exit(0);
    throw error;
  }
}

async function start(
  mode: Mode,
  args: readonly string[],
  shutdown: Shutdown,
  startedAt: number,
): Promise<void> {
  const environmentFile = path.join(projectRoot, ".env");
  if (existsSync(environmentFile)) loadEnvFile(environmentFile);
  const given = parseEnvironment(process.env);
  const lanRequest = readLanRequest(args, process.env, mode);

  const dataDirectory = await openDataDirectory(given.DATA_DIR);
  shutdown.add(dataDirectory.release);
  const patienceMs = dataDirectory.wasKilled ? KILLED_START_PATIENCE_MS : 0;
  const { lan, environment } =
    lanRequest === null
      ? { lan: undefined, environment: given }
      : await prepareLan(lanRequest, given, patienceMs);
  await requireFreePorts(wantedPorts(environment), patienceMs);
  // Chosen once, so that a catcher that is started again is found where it was.
  const mailCatcher = environment.catchesMail
    ? { smtpPort: await findFreePort(), pagePort: await chooseMailPort(environment) }
    : undefined;
  const secrets = await loadSecrets({
    folder: dataDirectory.secretsFolder,
    variables: process.env,
    mayCreate: !environment.isProduction,
  });

  const workerBinary = await step("mediasoup worker", ensureMediasoupWorker);
  await step("Prisma client", generatePrismaClient);
  if (mode === "production") await step("Build", buildAll);

  const databaseUrl = environment.DATABASE_URL ?? (await runDatabase(environment, shutdown));
  await step("Migrations", async ({ skip, note }) => {
    const applied = await migrate(databaseUrl);
    if (applied.length === 0) skip();
    for (const name of applied) note(name);
  });
  const signIn = environment.isProduction
    ? undefined
    : await step("Demo company and provider account", (control) =>
        createDemo(databaseUrl, environment.DEMO_PASSWORD, control),
      );

  try {
    await runProcesses(mode, shutdown, workerBinary, {
      environment,
      secrets,
      variables: process.env,
      nodeEnvironment: environment.NODE_ENV ?? mode,
      databaseUrl,
      mailCatcher,
    });
  } catch (error) {
    // The passwords are kept nowhere, so they are told even when the rest of the start fails.
    if (signIn !== undefined) console.log(describeSignIn(signIn).join("\n"));
    throw error;
  }
  if (shutdown.signal.aborted) return;
  printReady({ environment, lan, mailCatcher, signIn, startedAt });
  await keepReleased({ environment, variables: process.env, signal: shutdown.signal, say: console.log });
}

async function runProcesses(
  mode: Mode,
  shutdown: Shutdown,
  workerBinary: string,
  children: ChildEnvironmentOptions,
): Promise<void> {
  await step("Management server and relay", async ({ note }) => {
    const common = { cwd: projectRoot, log: (sentence: string) => console.error(sentence) };
    const managementServer = new SupervisedProcess({
      ...common,
      name: "management server",
      args: script(mode, bundles.managementServer, "src/server/main.ts"),
      env: managementServerEnvironment(children),
    });
    const relay = new SupervisedProcess({
      ...common,
      name: "relay",
      args: script(mode, bundles.relay, "relay/main.ts"),
      env: relayEnvironment(children, workerBinary),
    });
    const processes = [managementServer, relay];
    if (children.mailCatcher) {
      processes.push(
        new SupervisedProcess({
          ...common,
          name: "mail catcher",
          args: ["--import", "tsx", "scripts/start/mail-catcher/main.ts"],
          env: mailCatcherEnvironment(children.variables, children.nodeEnvironment, children.mailCatcher),
        }),
      );
    }
    shutdown.add(async () => {
      await Promise.all(processes.map((child) => child.stop(CHILD_STOP_GRACE_MS)));
    });
    await Promise.all(processes.map((child) => child.whenReady()));
    const health = await waitForHealth(
      loopbackUrl(children.environment),
      RELAY_REGISTRATION_TIMEOUT_MS,
      shutdown.signal,
    );
    if (!health.healthy) note(`Not everything is ready: ${health.reason}.`);
  });
}

/** In development the sources run as they are. */
function script(mode: Mode, bundle: string, source: string): string[] {
  return mode === "production" ? ["--enable-source-maps", bundle] : ["--import", "tsx", source];
}

async function runDatabase(environment: StartEnvironment, shutdown: Shutdown): Promise<string> {
  const backOff = new BackOff();
  let startedAt = performance.now();
  const database = await step("PostgreSQL", (control) =>
    startEmbeddedDatabase(
      {
        dataDirectory: environment.DATA_DIR,
        onUnexpectedExit: (how) => scheduleRestart(`PostgreSQL ${how}.`),
      },
      control,
    ),
  );
  shutdown.add(() => database.close());
  return database.url;

  function scheduleRestart(sentence: string): void {
    const delayMs = backOff.nextDelayMs(performance.now() - startedAt);
    console.error(`${sentence} Starting it again in ${delayMs / 1000} s.`);
    setTimeout(() => {
      startedAt = performance.now();
      database.restart().catch((error: unknown) => {
        if (shutdown.signal.aborted) return;
        scheduleRestart(error instanceof StepError ? error.message : String(error));
      });
    }, delayMs);
  }
}

function printReady({
  environment,
  lan,
  mailCatcher,
  signIn,
  startedAt,
}: {
  environment: StartEnvironment;
  lan: Lan | undefined;
  mailCatcher: MailCatcherPorts | undefined;
  signIn: SignInData | undefined;
  startedAt: number;
}): void {
  const page = (pathname: string) => new URL(pathname, environment.PUBLIC_URL).href;
  console.log(
    [
      "",
      `Ready (${elapsed(startedAt)})`,
      `  Customer page     ${page("/")}`,
      `  Operator console  ${page("/console")}`,
      `  Administration    ${page("/admin")}`,
      `  Provider site     ${page("/provider")}`,
      `  Relay             ${environment.RELAY_PUBLIC_URL}`,
      ...(mailCatcher === undefined ? [] : [`  Caught e-mail     http://localhost:${mailCatcher.pagePort}/`]),
      ...(lan === undefined ? [] : ["", ...describeLan(lan)]),
      ...(signIn === undefined ? [] : ["", ...describeSignIn(signIn)]),
      "",
      "Press Ctrl-C to stop.",
    ].join("\n"),
  );
}
