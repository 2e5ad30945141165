import type { ControlStep, QuestionMessage, Requestable } from "@/protocol/control";
import type { ChannelLabel } from "@/protocol/data-channels";
import type { Permissions } from "@/protocol/permissions";
import type { CustomerSnapshot } from "../session-state";
import { ConsentAnswers } from "./consent-answers";
import { type ToolSnapshot, ToolWatch } from "./tool-watch";

/**
 * Why control ended without a press on the customer's page.
 *
 * - `in_tool`: Stop in the tool's window, or Escape three times.
 * - `tool_gone`: the Client Tool was closed, or its connection is interrupted.
 */
export type CustomerControlEnd = "in_tool" | "tool_gone";

/** What the customer's page shows of control. */
export interface CustomerControlSnapshot {
  /** What the operator asks for now, the oldest first. */
  readonly asked: readonly Requestable[];
  /** Null while there is none, or it has not said anything yet. */
  readonly tool: ToolSnapshot | null;
  /** Why it ended last; null: it has not, was ended here, or goes on again. */
  readonly ended: CustomerControlEnd | null;
}

export const freshCustomerControl: CustomerControlSnapshot = { asked: [], tool: null, ended: null };

type Session = Pick<CustomerSnapshot, "permissions" | "toolPresent" | "control">;

interface CustomerControlOptions {
  read: () => Session;
  update: (control: CustomerControlSnapshot) => void;
  /** @returns false when the channel is not open: nothing was sent */
  send: (label: ChannelLabel, message: object) => boolean;
}

/** The customer's part in control: what is asked for, and how the Client Tool is. */
export class CustomerControl {
  readonly #options: CustomerControlOptions;
  readonly #answers: ConsentAnswers;
  readonly #tool: ToolWatch;
  #before = { isGranted: false, isToolPresent: false };
  /** Whether the customer has decided on this page that there is no control. */
  #isEndedHere = false;

  constructor(options: CustomerControlOptions) {
    this.#options = options;
    this.#answers = new ConsentAnswers({
      send: (message) => options.send("consent", message),
      onChange: (asked) => {
        this.#patch({ asked });
        this.#tellQuestion();
      },
    });
    this.#tool = new ToolWatch({
      onChange: (tool) => {
        this.#patch({ tool });
        // It may have been too early for it to hear that there is a question, or that there is none any more.
        if (tool && (tool.phase === "questioned") !== this.#isAsking) this.#tellQuestion();
      },
    });
  }

  deny(permission: Requestable): void {
    this.#answers.deny(permission);
  }

  /** Lets the operator know what this page waits for. */
  tellStep(step: ControlStep | null): void {
    this.#answers.tellStep(step);
  }

  /** The customer decides here: what follows from it needs no explanation. */
  decided(permissions: Permissions): void {
    this.#isEndedHere = !permissions.control;
    if (this.#isEndedHere) this.#patch({ ended: null });
  }

  /** What the session has become: permissions or the tool's presence have changed. */
  follow(): void {
    const { permissions, toolPresent } = this.#options.read();
    const { isGranted, isToolPresent } = this.#before;
    this.#before = { isGranted: permissions.control, isToolPresent: toolPresent };
    this.#tool.setPresent(toolPresent);
    this.#answers.granted(permissions);
    if (permissions.control && toolPresent) this.#patch({ ended: null });
    else if (isGranted && !permissions.control) this.#patch({ ended: this.#isEndedHere ? null : "in_tool" });
    else if (permissions.control && isToolPresent) this.#patch({ ended: "tool_gone" });
  }

  hear(label: ChannelLabel, message: string): void {
    if (label === "tool") this.#tool.receive(message);
    else if (label === "consent") this.#answers.receive(message);
  }

  /** The operator's page has just joined (again). */
  channelOpened(label: ChannelLabel): void {
    if (label === "consent") this.#answers.begin();
    else if (label === "tool") this.#tellQuestion();
  }

  /** This side's own channels stand (again). */
  opened(): void {
    this.#answers.begin();
    this.#tellQuestion();
  }

  close(): void {
    this.#answers.close();
  }

  get #isAsking(): boolean {
    return this.#options.read().control.asked.length > 0;
  }

  /** The tool holds the operator's input back while the customer is asked: a click on Allow has to be the customer's own. */
  #tellQuestion(): void {
    this.#options.send("question", { isOpen: this.#isAsking } satisfies QuestionMessage);
  }

  #patch(patch: Partial<CustomerControlSnapshot>): void {
    const { control } = this.#options.read();
    const keys = Object.keys(patch) as (keyof CustomerControlSnapshot)[];
    if (keys.every((key) => patch[key] === control[key])) return;
    this.#options.update({ ...control, ...patch });
  }
}
