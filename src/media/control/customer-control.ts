import { AppError } from "@/lib/app-error";
import type {
  ControlStep,
  QuestionMessage,
  Requestable,
  SurfaceKind,
  SurfaceMessage,
} from "@/protocol/control";
import type { ChannelLabel } from "@/protocol/data-channels";
import type { Permissions } from "@/protocol/permissions";
import type { SharedSurface } from "../capture-surface";
import type { CustomerSnapshot } from "../session-state";
import { ConsentAnswers } from "./consent-answers";
import { type ToolSnapshot, ToolWatch } from "./tool-watch";

/**
 * Why control ended without a press on the customer's page.
 *
 * - `declined`: it never began: No in the tool's window.
 * - `in_tool`: Stop in the tool's window, or Escape three times.
 * - `tool_gone`: the Client Tool was closed, or its connection is interrupted.
 */
export type CustomerControlEnd = "declined" | "in_tool" | "tool_gone";

/** What the customer's page shows of control. */
export interface CustomerControlSnapshot {
  /** What the operator asks for now, the oldest first. */
  readonly asked: readonly Requestable[];
  /** Null while there is none, or it has not said anything yet. */
  readonly tool: ToolSnapshot | null;
  /** Why it ended last; null: it has not, was ended here, or goes on again. */
  readonly ended: CustomerControlEnd | null;
  /** Whether a press on this page may be the operator's: control is on, and the tool does not hold the operator's input back. */
  readonly isShared: boolean;
}

export const freshCustomerControl: CustomerControlSnapshot = {
  asked: [],
  tool: null,
  ended: null,
  isShared: false,
};

type Session = Pick<CustomerSnapshot, "permissions" | "toolPresent" | "control" | "picture">;

interface CustomerControlOptions {
  read: () => Session;
  update: (control: CustomerControlSnapshot) => void;
  /** @returns false when the channel is not open: nothing was sent */
  send: (label: ChannelLabel, message: object) => boolean;
  /** What the browser tells of what is shared now; null: nothing is, or it is no screen. */
  surface: () => SharedSurface | null;
}

/** A tool that has not confirmed by then will not: it is cut off, or of another kind. */
const HOLD_WITHIN_MS = 3_000;

/**
 * The customer's part in control: what is asked for, and how the Client Tool is.
 *
 * An operator who controls the machine has the customer's hands, on this page as well. What only the customer may decide is therefore
 * a question: for as long as one is open the tool injects nothing, and its yes counts only when the tool has said so ({@link hold},
 * {@link guard}). Questions are what lets the operator have more: permissions, files either way, another picture. While nothing is
 * shown the tool injects nothing either, so that what a customer has paused stays so. What takes something away (Stop, a switch turned
 * off, Decline) may be anybody's, and so may what changes nothing for the operator.
 */
export class CustomerControl {
  readonly #options: CustomerControlOptions;
  readonly #answers: ConsentAnswers;
  readonly #tool: ToolWatch;
  #before = { isGranted: false, isToolPresent: false };
  /** Whether the customer has decided on this page that there is no control. */
  #isEndedHere = false;
  /** What the page asks by itself: one for each question and for each dialog of the browser. */
  readonly #held = new Set<symbol>();
  /** What the tool was told last. */
  #isTold = false;
  #step: ControlStep | null = null;
  #surface: SharedSurface | null = null;
  /** What the operator was told last of what is shared. */
  #toldKind: SurfaceKind | null = null;
  #awaiting: (() => void)[] = [];

  constructor(options: CustomerControlOptions) {
    this.#options = options;
    this.#answers = new ConsentAnswers({
      send: (message) => options.send("consent", message),
      onChange: (asked) => {
        this.#patch({ asked });
        this.#followQuestion();
      },
    });
    this.#tool = new ToolWatch({
      onChange: (tool) => {
        this.#patch({ tool });
        // It may have been too early for it to hear that there is a question, or that there is none any more.
        if (tool && (tool.phase === "questioned") !== this.#isHolding) this.#tellQuestion();
        // Likewise what is shared. It does not say that it has heard it, and speaks rarely enough to be told each time.
        if (tool) this.#tellTool();
        this.#tellSurface();
        this.#followQuestion();
      },
    });
  }

  deny(permission: Requestable): void {
    this.#answers.deny(permission);
  }

  /** The page asks the customer something. @returns to be called when that is over; further calls change nothing */
  hold(): () => void {
    const question = Symbol();
    this.#held.add(question);
    this.#followQuestion();
    return () => {
      this.#held.delete(question);
      this.#followQuestion();
    };
  }

  /**
   * Opens a dialog of the browser's own, which no page can keep an operator from answering, when the operator has no hands there.
   * In the same turn where nobody controls: browsers show some dialogs only then.
   *
   * @throws AppError when the tool does not confirm it
   */
  async guard<T>(open: () => Promise<T>): Promise<T> {
    const release = this.hold();
    try {
      if (this.#options.read().control.isShared) await this.#heldByTool();
      return await open();
    } finally {
      release();
    }
  }

  /** Lets the operator know what this page waits for. */
  tellStep(step: ControlStep | null): void {
    this.#step = step;
    this.#answers.tellStep(step);
    this.#followQuestion();
  }

  /** The customer decides here: what follows from it needs no explanation. */
  decided(permissions: Permissions): void {
    this.#isEndedHere = !permissions.control;
    if (this.#isEndedHere) this.#patch({ ended: null });
  }

  /**
   * What the session has become: permissions, the picture or the tool's presence have changed.
   *
   * @param isDeclined whether control was taken back because of a no in the tool's window
   */
  follow(isDeclined = false): void {
    this.#tellSurface();
    const { permissions, toolPresent } = this.#options.read();
    const { isGranted, isToolPresent } = this.#before;
    this.#before = { isGranted: permissions.control, isToolPresent: toolPresent };
    this.#tool.setPresent(toolPresent);
    this.#followQuestion();
    this.#answers.granted(permissions);
    if (permissions.control && toolPresent) this.#patch({ ended: null });
    else if (isGranted && !permissions.control) this.#patch({ ended: this.#endOf(isDeclined) });
    else if (permissions.control && isToolPresent) this.#patch({ ended: "tool_gone" });
  }

  hear(label: ChannelLabel, message: string): void {
    if (label === "tool") this.#tool.receive(message);
    else if (label === "consent") this.#answers.receive(message);
  }

  /** The operator's page has just joined (again). */
  channelOpened(label: ChannelLabel): void {
    if (label === "consent") this.#answers.begin();
    else if (label === "tool") {
      this.#tellQuestion();
      this.#tellTool();
    }
  }

  /** This side's own channels stand (again). */
  opened(): void {
    this.#answers.begin();
    this.#tellQuestion();
    this.#tellTool();
  }

  close(): void {
    this.#answers.close();
  }

  #endOf(isDeclined: boolean): CustomerControlEnd | null {
    if (this.#isEndedHere) return null;
    return isDeclined ? "declined" : "in_tool";
  }

  /** Whether the operator's input has to be held back: the page asks something, or what is clicked on is not what is seen. */
  get #isHolding(): boolean {
    const { control, picture, permissions } = this.#options.read();
    const isUnseen = picture === null || picture.paused || !permissions.view || this.#step === "wholeScreen";
    return this.#held.size > 0 || control.asked.length > 0 || isUnseen;
  }

  async #heldByTool(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new AppError("UNAVAILABLE")), HOLD_WITHIN_MS);
      this.#awaiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #followQuestion(): void {
    if (this.#isHolding !== this.#isTold) this.#tellQuestion();
    const { permissions, toolPresent, control } = this.#options.read();
    // While the customer's own mouse moves, and where something stands in the way, nothing is injected either.
    const isHeld = this.#isHolding && control.tool !== null && control.tool.phase !== "ready";
    const isShared = permissions.control && toolPresent && !isHeld;
    this.#patch({ isShared });
    if (isShared) return;
    const awaiting = this.#awaiting;
    this.#awaiting = [];
    for (const goOn of awaiting) goOn();
  }

  /** The tool holds the operator's input back while the customer is asked: a click on Allow has to be the customer's own. */
  #tellQuestion(): void {
    this.#isTold = this.#isHolding;
    this.#options.send("question", { isOpen: this.#isTold } satisfies QuestionMessage);
  }

  /** What is shared now, to both who want to know, if it is something else than before. */
  #tellSurface(): void {
    const surface = this.#options.surface();
    if (surface === null) return;
    const isNew = JSON.stringify(surface) !== JSON.stringify(this.#surface);
    this.#surface = surface;
    if (isNew) this.#tellTool();
    const kind = this.#isMonitor(surface) ? "monitor" : surface.kind;
    if (kind !== this.#toldKind) this.#answers.tellSurface(kind);
    this.#toldKind = kind;
  }

  /** Where the browser does not tell the kind, but has a name that the tool knows a monitor by. */
  #isMonitor({ kind, name }: SharedSurface): boolean {
    const monitors = this.#options.read().control.tool?.monitors ?? [];
    return kind === "unknown" && monitors.some((monitor) => monitor.name === name);
  }

  #tellTool(): void {
    if (this.#surface) {
      this.#options.send("question", { type: "surface", ...this.#surface } satisfies SurfaceMessage);
    }
  }

  #patch(patch: Partial<CustomerControlSnapshot>): void {
    const { control } = this.#options.read();
    const keys = Object.keys(patch) as (keyof CustomerControlSnapshot)[];
    if (keys.every((key) => patch[key] === control[key])) return;
    this.#options.update({ ...control, ...patch });
  }
}
