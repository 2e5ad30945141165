import type { Requestable } from "@/protocol/control";
import type { ChannelLabel } from "@/protocol/data-channels";
import type { OperatorSnapshot } from "../session-state";
import {
  ClipboardExchange,
  type ClipboardSnapshot,
  idleClipboard,
  type TextClipboard,
} from "./clipboard-exchange";
import { ConsentRequests, noRequests, type RequestsSnapshot } from "./consent-requests";
import { ControlDelay } from "./control-delay";
import { ControlSender } from "./control-sender";
import { type ToolSnapshot, ToolWatch } from "./tool-watch";

/**
 * Why the operator's control ended.
 *
 * - `declined`: it never began: the customer has said no in the tool's window.
 * - `taken_back`: by the customer: on the page, in the tool's window, or by Escape three times.
 * - `tool_gone`: the Client Tool was closed, or its connection is interrupted.
 */
export type ControlEnd = "declined" | "taken_back" | "tool_gone";

/** What the operator's page shows of control. */
export interface OperatorControlSnapshot extends RequestsSnapshot {
  /** Null while there is none, or it has not said anything yet. */
  readonly tool: ToolSnapshot | null;
  /** Whether the operator wants to control where that is possible, or to look on only. */
  readonly isWanted: boolean;
  /** Why it ended last; null: it has not, or goes on again. */
  readonly ended: ControlEnd | null;
  /** How long an input takes until it has been carried out and this page knows; null: nothing is being controlled, or not known yet. */
  readonly delayMs: number | null;
  readonly clipboard: ClipboardSnapshot;
}

export const freshOperatorControl: OperatorControlSnapshot = {
  requests: noRequests,
  customerStep: null,
  customerSurface: null,
  tool: null,
  isWanted: true,
  ended: null,
  delayMs: null,
  clipboard: idleClipboard,
};

type Session = Pick<OperatorSnapshot, "connection" | "permissions" | "toolPresent" | "control">;

interface OperatorControlOptions {
  read: () => Session;
  update: (control: OperatorControlSnapshot) => void;
  /** @returns false when the channel is not open: nothing was sent */
  send: (label: ChannelLabel, message: object) => boolean;
  waitingBytes: (label: ChannelLabel) => number;
  clipboard: TextClipboard | null;
}

/** The operator's part in control: asking for it, using it, and the clipboards of both machines. */
export class OperatorControl {
  readonly #options: OperatorControlOptions;
  readonly #requests: ConsentRequests;
  readonly sender: ControlSender;
  readonly clipboard: ClipboardExchange;
  readonly #tool: ToolWatch;
  readonly #delay: ControlDelay;
  #before = { isGranted: false, isToolPresent: false };

  constructor(options: OperatorControlOptions) {
    this.#options = options;
    const { send } = options;
    this.#requests = new ConsentRequests({
      send: (message) => send("consent", message),
      onChange: (requests) => {
        this.#patch(requests);
        this.follow();
      },
    });
    this.#delay = new ControlDelay((delayMs) => this.#patch({ delayMs }));
    this.sender = new ControlSender({
      send,
      waitingBytes: () => options.waitingBytes("control"),
      onSent: (sequence) => this.#delay.sent(sequence),
    });
    this.clipboard = new ClipboardExchange({
      send: (message) => send("clipboard", message),
      clipboard: options.clipboard,
      onChange: (clipboard) => this.#patch({ clipboard }),
    });
    this.#tool = new ToolWatch({
      onChange: (tool) => {
        this.#patch({ tool });
        // It may have been too early for it to hear what the picture is.
        if (tool) this.sender.introduce();
      },
      onApplied: (sequence) => this.#delay.applied(sequence),
    });
  }

  /** Asks the customer; nothing happens while it is asked for already, or shortly after a no. */
  request(permission: Requestable): void {
    if (permission === "control") this.#end(null);
    this.#requests.request(permission);
  }

  withdraw(permission: Requestable): void {
    this.#requests.withdraw(permission);
  }

  /** Controls where that is possible, or looks on only: the operator's own choice, at any moment. */
  want(isWanted: boolean): void {
    this.#patch({ isWanted });
    this.follow();
  }

  /**
   * What the session has become: connection, permissions, or the tool's presence have changed.
   *
   * @param isDeclined whether control was taken back because of a no in the tool's window
   */
  follow(isDeclined = false): void {
    const { connection, permissions, toolPresent, control } = this.#options.read();
    const { isGranted, isToolPresent } = this.#before;
    this.#before = { isGranted: permissions.control, isToolPresent: toolPresent };
    this.#tool.setPresent(toolPresent);
    this.#requests.granted(permissions);
    if (permissions.control && toolPresent) this.#end(null);
    else if (isGranted && !permissions.control) this.#end(isDeclined ? "declined" : "taken_back");
    else if (isGranted && isToolPresent && !toolPresent) this.#end("tool_gone");
    // Whoever is given control anew wants it.
    if (!isGranted && permissions.control && !control.isWanted) this.#patch({ isWanted: true });
    const canUse = connection.phase === "live" && toolPresent;
    const { isWanted, customerStep } = this.#options.read().control;
    // A place on a window or a tab is not the same place on the screen.
    const isWholeScreen = customerStep !== "wholeScreen";
    const isOpen = canUse && permissions.control && isWanted && isWholeScreen;
    this.sender.setOpen(isOpen);
    if (!isOpen) this.#delay.reset();
    this.clipboard.setAllowed(canUse && permissions.clipboard);
  }

  /** Another picture is shown: it may be of another monitor. */
  pictureChanged(): void {
    this.sender.forgetMonitor();
  }

  hear(label: ChannelLabel, message: string): void {
    if (label === "tool") this.#tool.receive(message);
    else if (label === "consent") this.#requests.receive(message);
    else if (label === "clipboard") void this.clipboard.receive(message);
  }

  /** The customer's page or the tool has just joined (again). */
  channelOpened(label: ChannelLabel): void {
    if (label === "consent") this.#requests.begin();
    else if (label === "tool") this.sender.introduce();
    else if (label === "clipboard") this.clipboard.begin();
  }

  /** This side's own channels stand (again). */
  opened(): void {
    this.#requests.begin();
    this.sender.introduce();
    this.clipboard.begin();
  }

  close(): void {
    this.#requests.close();
    this.sender.close();
    this.clipboard.close();
  }

  #end(ended: ControlEnd | null): void {
    this.#patch({ ended });
  }

  #patch(patch: Partial<OperatorControlSnapshot>): void {
    const { control } = this.#options.read();
    const keys = Object.keys(patch) as (keyof OperatorControlSnapshot)[];
    if (keys.every((key) => patch[key] === control[key])) return;
    this.#options.update({ ...control, ...patch });
  }
}
