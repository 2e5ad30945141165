import type { ChannelLabel } from "@/protocol/data-channels";
import type { Permissions } from "@/protocol/permissions";
import { ClipboardExchange } from "./control/clipboard-exchange";
import { ControlEngine, type ControlPhase } from "./control/control-engine";
import { hearMessage } from "./control/messages";
import type { Machine } from "./machine/machine";
import type { Network } from "./network/network";
import type { ManagementServer } from "./pairing/management-server";
import type { ChannelWay, LinkTiming } from "./session/relay-link";
import type { SessionOutcome, ToolSession } from "./session/tool-session";
import type { ControlSituation, Operator, ToolTexts } from "./texts";
import type { ToolWindow } from "./window/tool-window";

/** When a new listener is told how things are: as soon as it may hear it, and again for one that is slow, on a busy machine or a long way. */
const TELL_AFTER_MS = [50, 300, 1_500, 6_000, 20_000];

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
    timing?: Partial<LinkTiming> | undefined;
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
  #isCustomerPresent = true;
  #permissions: Permissions | null = null;
  #phase: ControlPhase = { phase: "ready" };
  /** The one that is shared, where there are several. */
  #monitor: string | undefined;
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
      onMonitors: (monitors, current) => {
        const name = monitors.length > 1 ? current?.name : undefined;
        if (name !== undefined && name !== this.#monitor)
          this.#options.print(`The shared monitor is ${name}.`);
        this.#monitor = name;
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
      print: this.#options.print,
      handlers: {
        onMessage: (label, text) =>
          hearMessage({ engine: this.#engine, clipboard: this.#clipboard }, label, text),
        onPermissions: (permissions) => this.#permitted(permissions),
        onOperator: (isPresent) => this.#operatorChanged(isPresent),
        onCustomer: (isPresent) => this.#customerChanged(isPresent),
        onLive: () => this.#connected(),
        onListener: () => this.#tellListener(),
        onInterrupted: () => this.#interrupted(),
      },
    });
    return await this.#session.run(AbortSignal.any([signal, this.#leave.signal]));
  }

  /** What carries the channels; null before the first joining. */
  get way(): ChannelWay | null {
    return this.#session?.way ?? null;
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
    // Nobody is controlled who is not there to see it.
    const isWatched = this.#isLive && this.#isCustomerPresent;
    this.#engine.setPermitted(isWatched && this.#permissions?.control === true);
    this.#clipboard.setPermitted(isWatched && this.#permissions?.clipboard === true);
  }

  #operatorChanged(isPresent: boolean): void {
    this.#isOperatorPresent = isPresent;
    this.#clipboard.operatorChanged();
    if (isPresent) this.#engine.operatorJoined();
    else this.#engine.operatorLeft();
    this.#show();
  }

  #customerChanged(isPresent: boolean): void {
    if (isPresent === this.#isCustomerPresent) return;
    this.#isCustomerPresent = isPresent;
    this.#options.print(isPresent ? "The browser page is back." : "The browser page is gone: control waits.");
    this.#applyPermissions();
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
    if (!this.#isCustomerPresent) return { is: "unwatched" };
    if (!this.#isOperatorPresent) return { is: "waiting" };
    if (this.#phase.phase === "blocked") return { is: "blocked", obstacle: this.#phase.obstacle };
    return this.#phase.phase === "paused" ? { is: "paused" } : { is: "controlled", monitor: this.#monitor };
  }
}
