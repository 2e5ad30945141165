import { setTimeout as pause } from "node:timers/promises";
import type { RedeemedPairing, ToolDevice } from "@/protocol/client-tool";
import type { Pairing } from "./arguments";
import type { CleanUp } from "./clean-up";
import { AbsentMachine } from "./control/absent-machine";
import { ControlledSession } from "./controlled-session";
import { exitCodes } from "./exit-codes";
import { type Machine, MachineError } from "./machine/machine";
import { Network } from "./network/network";
import type { Environment } from "./network/proxy";
import type { SystemProxy } from "./network/system-proxy/system-proxy";
import { ManagementServer } from "./pairing/management-server";
import { redeemPairing } from "./pairing/redeem-pairing";
import type { LinkTiming } from "./session/relay-link";
import { type ToolTexts, toolTexts } from "./texts";
import { failureOf } from "./tool-failure";
import type { UpdateOutcome, UpdateRun } from "./update/bring-up-to-date";
import { TerminalToolWindow } from "./window/terminal-tool-window";
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
  readSystemProxy?: () => Promise<SystemProxy>;
  openWindow: (language: ToolLanguage) => Promise<ToolWindow>;
  openMachine: () => Promise<Machine>;
  readDevice: () => Promise<ToolDevice>;
  bringUpToDate: (run: Pick<UpdateRun, "origin" | "network" | "say" | "signal">) => Promise<UpdateOutcome>;
  /** Called once, when the tool has come to rest after its start. */
  onSettled: () => void;
  /** Writes a line to the terminal, if there is one. */
  print: (line: string) => void;
  cleanUp: CleanUp;
  /** Given when the process is told to end. */
  signal: AbortSignal;
  /** Of the connections to relays, where it is not the usual one. */
  timing?: Partial<LinkTiming>;
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
    const { words, exitCode } = await goThrough(run, window, stage);
    if (words !== null) await lastWords(run, window, words, END_SHOWN_MS);
    return exitCode;
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

interface End {
  /** Null when the customer, or the system, closed the tool, or another one has taken over. */
  readonly words: string | null;
  readonly exitCode: number;
}

/** @throws ToolFailure */
async function goThrough(run: ToolRun, window: ToolWindow, stage: Stage): Promise<End> {
  const pairing = run.readPairing();
  stage.host = new URL(pairing.origin).host;
  const network = new Network(run.environment, run.readSystemProxy);
  const update = await run.bringUpToDate({
    origin: pairing.origin,
    network,
    say: (text) => window.showProgress(text),
    signal: run.signal,
  });
  if (update.is === "handedOver") {
    window.close();
    return { words: null, exitCode: await update.ended };
  }
  if (update.notice !== null) run.print(update.notice);
  if (update.is === "tooOld") return { words: update.notice, exitCode: exitCodes.version };
  const server = new ManagementServer(pairing.origin, network);
  const machine = await openMachine(run);
  run.cleanUp.add(() => machine.close());
  try {
    const { platform } = machine;
    const { token } = pairing;
    const redeemed = await redeemPairing(server, { token, platform, version: run.version }, run.signal);
    stage.texts = toolTexts(redeemed.language);
    const asked = window.ask(stage.texts.window(redeemed, { is: "controlled" }));
    if (!(await untilAborted(asked, run.signal))) {
      run.signal.throwIfAborted();
      const told = tellDeclined(run, { server, network, toolSecret: redeemed.toolSecret });
      await lastWords(run, window, stage.texts.failure("declined", stage.host), END_SHOWN_MS);
      // A window that is closed at once leaves nobody waiting in front of the page.
      await told;
      return { words: null, exitCode: exitCodes.declined };
    }
    return await control(run, { window, machine, network, server, texts: stage.texts, redeemed });
  } finally {
    machine.close();
  }
}

interface ControlParts {
  window: ToolWindow;
  machine: Machine;
  network: Network;
  server: ManagementServer;
  texts: ToolTexts;
  redeemed: RedeemedPairing;
}

/** The customer has said yes. */
async function control(run: ToolRun, parts: ControlParts): Promise<End> {
  const { window, machine, network, server, texts, redeemed } = parts;
  window.showProgress(texts.joining);
  const session = new ControlledSession({
    operator: redeemed,
    texts,
    window,
    machine,
    version: run.version,
    connection: { server, network, toolSecret: redeemed.toolSecret, timing: run.timing },
    print: run.print,
    onSettled: run.onSettled,
  });
  // Done before the machine is closed, which gives back the rest.
  run.cleanUp.add(() => session.close());
  if (redeemed.sharesDevice) tellDevice(run, server, redeemed.toolSecret);
  try {
    const outcome = await session.run(run.signal);
    const words = outcome.by === "session" ? texts.sessionEnded(outcome.reason) : null;
    return { words, exitCode: exitCodes.ended };
  } finally {
    session.close();
  }
}

/** Never rejects: where it cannot be told, the page still has its own way back. */
async function tellDeclined(
  { print, signal }: ToolRun,
  connection: Pick<ControlParts, "server" | "network"> & { toolSecret: string },
): Promise<void> {
  try {
    // Loaded when it is needed, as all that speaks with relays.
    const { declineControl } = await import("./session/decline-control");
    await declineControl({ ...connection, signal });
  } catch (error) {
    print(`The page could not be told of the No: ${String(error)}`);
  }
}

/** Nobody waits for it, and the session goes on without it. */
function tellDevice({ readDevice, print }: ToolRun, server: ManagementServer, toolSecret: string): void {
  readDevice()
    .then((device) => server.tellDevice(toolSecret, device))
    .catch((error: unknown) => print(`The details of this computer could not be told: ${String(error)}`));
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
  if (!(window instanceof TerminalToolWindow)) print(text);
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
