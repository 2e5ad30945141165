import type { ChannelLabel } from "@/protocol/data-channels";
import type { Permissions } from "@/protocol/permissions";
import { ClipboardExchange } from "./control/clipboard-exchange";
import { ControlEngine, type ControlPhase } from "./control/control-engine";
import { hearMessage } from "./control/messages";
import type { Machine } from "./machine/machine";
import type { Network } from "./network/network";
import type { ManagementServer } from "./pairing/management-server";
import type { SessionOutcome, ToolSession } from "./session/tool-session";
import type { ControlSituation, Operator, ToolTexts } from "./texts";
import type { ToolWindow } from "./window/tool-window";

/** When a new listener is told how things are: as soon as it may hear it, and once more for one that is slow. */
const TELL_AFTER_MS = [50, 300, 1_500];

/** Everything that is loaded late has been loaded by then. */
const SETTLED_AFTER_MS = 5_000;

interface ControlledSessionOptions {
  operator: Operator;
  texts: ToolTexts;
  window: ToolWindow;
  machine: Machine;
  /** Of the tool. */
  version: string;
  connection: {
    server: Pick<ManagementServer, "origin" | "join">;
    network: Network;
    toolSecret: string;
    transportsTimeoutMs?: number;
  };
  print: (line: string) => void;
  /** Called once, when everything that starting takes is done. */
  onSettled: () => void;
}

/** The machine, the window and the session put together: what each has to know of the others. */
export class ControlledSession {
  readonly #options: ControlledSessionOptions;
  readonly #engine: ControlEngine;
  readonly #clipboard: ClipboardExchange;
  readonly #leave = new AbortController();
  #session: ToolSession | null = null;
  #isLive = false;
  #isOperatorPresent = false;
  #permissions: Permissions | null = null;
  #phase: ControlPhase = { phase: "ready" };
  #tellings: NodeJS.Timeout[] = [];
  #settling: NodeJS.Timeout | undefined;
  /** What the window shows, so that it is told changes alone. */
  #shown = "";

  constructor(options: ControlledSessionOptions) {
    this.#options = options;
    const { machine, version } = options;
    this.#engine = new ControlEngine({
      machine,
      version,
      onTool: (message) => this.#send("tool", message),
      onPhase: (phase) => {
        this.#phase = phase;
        this.#show();
      },
      onTakenBack: () => this.#takeBack(),
    });
    this.#clipboard = new ClipboardExchange({ machine, send: (message) => this.#send("clipboard", message) });
  }

  /**
   * Stays in the session until it ends, the customer closes the window, or the signal is given.
   *
   * @throws ToolFailure
   */
  async run(signal: AbortSignal): Promise<SessionOutcome> {
    // Loaded now, when the window has long been there: the native part takes a moment.
    const session = await import("./session/tool-session");
    this.#session = new session.ToolSession({
      ...this.#options.connection,
      handlers: {
        onMessage: (label, text) =>
          hearMessage({ engine: this.#engine, clipboard: this.#clipboard }, label, text),
        onPermissions: (permissions) => this.#permitted(permissions),
        onOperator: (isPresent) => this.#operatorChanged(isPresent),
        onLive: () => this.#connected(),
        onListener: () => this.#tellListener(),
        onInterrupted: () => this.#interrupted(),
      },
    });
    return await this.#session.run(AbortSignal.any([signal, this.#leave.signal]));
  }

  /** Whether the socket carries the channels, because neither UDP nor TCP gets through. */
  get isCarried(): boolean {
    return this.#session?.isCarried ?? false;
  }

  /** Lets go of everything and leaves. The machine is the caller's to close. Idempotent. */
  close(): void {
    for (const timer of [...this.#tellings, this.#settling]) clearTimeout(timer);
    this.#engine.close();
    this.#clipboard.close();
    this.#leave.abort();
  }

  /** The listener hears of the channel while the tool does, and opens its own end a moment later: what comes before that is lost. */
  #tellListener(): void {
    for (const timer of this.#tellings) clearTimeout(timer);
    this.#tellings = TELL_AFTER_MS.map((waitMs) => setTimeout(() => this.#engine.tellState(), waitMs));
  }

  #send(label: ChannelLabel, message: object): void {
    this.#session?.send(label, message);
  }

  #connected(): void {
    this.#isLive = true;
    this.#settling ??= setTimeout(this.#options.onSettled, SETTLED_AFTER_MS);
    this.#applyPermissions();
    this.#engine.tellState();
    this.#show();
  }

  /** What was permitted is unknown until the relay tells it again. */
  #interrupted(): void {
    this.#isLive = false;
    this.#applyPermissions();
    this.#clipboard.operatorChanged();
    this.#show();
  }

  #permitted(permissions: Permissions): void {
    const before = this.#permissions;
    this.#permissions = permissions;
    if (before?.control !== permissions.control) {
      this.#options.print(permissions.control ? "Control is allowed." : "Control is not allowed.");
    }
    this.#applyPermissions();
    this.#show();
  }

  #applyPermissions(): void {
    this.#engine.setPermitted(this.#isLive && this.#permissions?.control === true);
    this.#clipboard.setPermitted(this.#isLive && this.#permissions?.clipboard === true);
  }

  #operatorChanged(isPresent: boolean): void {
    this.#isOperatorPresent = isPresent;
    this.#clipboard.operatorChanged();
    if (isPresent) this.#engine.operatorJoined();
    else this.#engine.operatorLeft();
    this.#show();
  }

  /** Stop, or Esc three times. */
  #takeBack(): void {
    this.#options.print("The customer has ended control.");
    this.#session?.revokeControl();
  }

  #show(): void {
    const { texts, window, operator } = this.#options;
    if (this.#leave.signal.aborted || this.#permissions === null) return;
    // On the way into the session the window says so.
    if (!this.#isLive && this.#shown === "") return;
    if (!this.#permissions.control) {
      if (this.#shown === "ended") return;
      this.#shown = "ended";
      window.showMessage(texts.controlEnded, () => this.#leave.abort());
      return;
    }
    const situation = this.#situation;
    const shown = JSON.stringify(situation);
    if (shown === this.#shown) return;
    this.#shown = shown;
    window.showControl(texts.window(operator, situation), () => this.#takeBack());
  }

  get #situation(): ControlSituation {
    if (!this.#isLive) return { is: "reconnecting" };
    if (!this.#isOperatorPresent) return { is: "waiting" };
    if (this.#phase.phase === "blocked") return { is: "blocked", obstacle: this.#phase.obstacle };
    return { is: this.#phase.phase === "paused" ? "paused" : "controlled" };
  }
}
