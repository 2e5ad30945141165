import { setTimeout as pause } from "node:timers/promises";
import type { ToolDevice } from "@/protocol/client-tool";
import type { Pairing } from "./arguments";
import type { CleanUp } from "./clean-up";
import { AbsentMachine } from "./control/absent-machine";
import { ControlledSession } from "./controlled-session";
import { exitCodes } from "./exit-codes";
import { type Machine, MachineError } from "./machine/machine";
import { Network } from "./network/network";
import type { Environment } from "./network/proxy";
import { ManagementServer } from "./pairing/management-server";
import { redeemPairing } from "./pairing/redeem-pairing";
import { type ToolTexts, toolTexts } from "./texts";
import { failureOf, ToolFailure } from "./tool-failure";
import type { ToolLanguage, ToolWindow } from "./window/tool-window";

/** How long the last words stay in the window, unless the customer closes it before. */
const END_SHOWN_MS = 8_000;
const FAILURE_SHOWN_MS = 60_000;

interface ToolRun {
  /** @throws ToolFailure when the tool does not know where to go */
  readPairing: () => Pairing;
  version: string;
  /** Until the customer's page has told which it speaks. */
  language: ToolLanguage;
  environment: Environment;
  openWindow: (language: ToolLanguage) => Promise<ToolWindow>;
  openMachine: () => Promise<Machine>;
  readDevice: () => Promise<ToolDevice>;
  /** Writes a line to the terminal, if there is one. */
  print: (line: string) => void;
  cleanUp: CleanUp;
  /** Given when the process is told to end. */
  signal: AbortSignal;
}

/**
 * The tool from its window to its end: redeems the pairing, asks the customer, joins the session and stays in it.
 *
 * @returns the exit code
 */
export async function runTool(run: ToolRun): Promise<number> {
  const window = await run.openWindow(run.language);
  run.cleanUp.add(() => window.close());
  const stage: Stage = { texts: toolTexts(run.language), host: "" };
  window.showProgress(stage.texts.connecting);
  try {
    const outcome = await goThrough(run, window, stage);
    if (outcome !== null) await lastWords(run, window, outcome, END_SHOWN_MS);
    return exitCodes.ended;
  } catch (error) {
    if (run.signal.aborted) return exitCodes.ended;
    const failure = failureOf(error);
    const text = stage.texts.failure(failure.kind, stage.host);
    if (failure.cause !== undefined) run.print(`(${failure.kind}: ${String(failure.cause)})`);
    await lastWords(run, window, text, FAILURE_SHOWN_MS);
    return failure.exitCode;
  }
}

/** What is known so far, for the words that a failure is told in. */
interface Stage {
  texts: ToolTexts;
  host: string;
}

/** @returns the last words; null when the customer, or the system, closed the tool */
async function goThrough(run: ToolRun, window: ToolWindow, stage: Stage): Promise<string | null> {
  const pairing = run.readPairing();
  stage.host = new URL(pairing.origin).host;
  const network = new Network(run.environment);
  const server = new ManagementServer(pairing.origin, network);
  const machine = await openMachine(run);
  run.cleanUp.add(() => machine.close());
  const { platform } = machine;
  const redeemed = await redeemPairing(
    server,
    { token: pairing.token, platform, version: run.version },
    run.signal,
  );
  stage.texts = toolTexts(redeemed.language);
  const isWelcome = await untilAborted(
    window.ask(stage.texts.window(redeemed, { is: "controlled" })),
    run.signal,
  );
  if (!isWelcome) {
    if (run.signal.aborted) return null;
    throw new ToolFailure("declined");
  }
  window.showProgress(stage.texts.joining);
  const session = new ControlledSession({
    operator: redeemed,
    texts: stage.texts,
    window,
    machine,
    version: run.version,
    connection: { server, network, toolSecret: redeemed.toolSecret },
    print: run.print,
  });
  // Before the machine is closed, which gives back the rest.
  run.cleanUp.add(() => session.close());
  if (redeemed.sharesDevice) {
    // Nobody waits for it, and the session goes on without it.
    run
      .readDevice()
      .then((device) => server.tellDevice(redeemed.toolSecret, device))
      .catch((error: unknown) =>
        run.print(`The details of this computer could not be told: ${String(error)}`),
      );
  }
  try {
    const outcome = await session.run(run.signal);
    return outcome.by === "session" ? stage.texts.sessionEnded(outcome.reason) : null;
  } finally {
    session.close();
    machine.close();
  }
}

async function openMachine({ openMachine: open, print }: ToolRun): Promise<Machine> {
  try {
    return await open();
  } catch (error) {
    print(`The machine cannot be controlled: ${String(error)}`);
    return new AbsentMachine(error instanceof MachineError ? error.obstacle : "failed");
  }
}

/** Shows the end for as long as somebody needs to read it, or until the window is closed. */
async function lastWords(
  { print, signal }: ToolRun,
  window: ToolWindow,
  text: string,
  shownMs: number,
): Promise<void> {
  print(text);
  const isRead = new AbortController();
  window.showMessage(text, () => isRead.abort());
  await pause(shownMs, undefined, { signal: AbortSignal.any([signal, isRead.signal]) }).catch(() => {});
}

/** @returns null when the signal was given first */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | null> {
  const given = new AbortController();
  const aborted = new Promise<null>((resolve) => {
    signal.addEventListener("abort", () => resolve(null), { signal: given.signal });
    if (signal.aborted) resolve(null);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    given.abort();
  }
}
