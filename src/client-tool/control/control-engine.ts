import { assertUnreachable } from "@/lib/assert-unreachable";
import type {
  ControlMessage,
  ControlObstacle,
  Monitor,
  MotionMessage,
  ToolMessage,
  ToolState,
} from "@/protocol/control";
import { type Machine, MachineError } from "../machine/machine";
import { AppliedReport } from "./applied-report";
import { CustomerWatch, EscapeWatch } from "./customer-watch";
import { HeldInputs, isModifier } from "./held-inputs";
import { InputOrder } from "./input-order";
import { ACTIVE_FOR_MS, LookPace, SURVEY_EVERY_MS } from "./look-pace";
import { MonitorChoice } from "./monitor-choice";
import { pixelAt, type SurfaceHint } from "./shared-monitor";

/** A key that is held repeats. When nothing at all has come for so long, the operator's side may be gone without a word. */
const KEY_SILENCE_MS = 3_000;
/** The same for modifiers and buttons, which do not repeat: somebody may well think for a while in the middle of a drag. */
const HOLD_SILENCE_MS = 30_000;
/** An Esc that the operator has pressed may still be seen as down for so long. */
const OPERATORS_ESCAPE_MS = 250;

export type ControlPhase = ToolState["state"];

interface ControlEngineOptions {
  machine: Machine;
  /** Of the tool. */
  version: string;
  /** Sends on the channel `tool`. */
  onTool: (message: ToolMessage) => void;
  onPhase: (phase: ControlPhase) => void;
  /** The monitors that there are, and the one of them that the operator works on. */
  onMonitors?: (monitors: readonly Monitor[], current: Monitor | null) => void;
  /** The customer wants control to end; nothing is pressed or injected any more. */
  onTakenBack: () => void;
}

/**
 * Carries out what the operator's console says on the customer's machine, as long as the customer permits it: nothing is injected without
 * the permission, the customer's own mouse comes first, and whatever went down comes up again, whichever way control ends.
 */
export class ControlEngine {
  readonly #machine: Machine;
  readonly #options: ControlEngineOptions;
  readonly #held: HeldInputs;
  readonly #order = new InputOrder();
  readonly #applied: AppliedReport;
  readonly #customer = new CustomerWatch();
  readonly #pace: LookPace;
  #escapes = new EscapeWatch();
  #operatorsEscapeAtMs = Number.NEGATIVE_INFINITY;
  #isPermitted = false;
  #isQuestioned = false;
  #phase: ControlPhase = { phase: "ready" };
  readonly #shared: MonitorChoice;
  #inputAtMs = Number.NEGATIVE_INFINITY;
  #surveyedAtMs = Number.NEGATIVE_INFINITY;
  /** The latest move that has to wait for this turn of the event loop to be over. */
  #waitingMove: MotionMessage | null = null;
  /** Runs when this turn, in which a move has been carried out, is over. */
  #turn: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: ControlEngineOptions) {
    this.#options = options;
    this.#machine = options.machine;
    this.#pace = new LookPace(options.machine, () => this.#look());
    this.#held = new HeldInputs(options.machine);
    this.#applied = new AppliedReport((sequence) => options.onTool({ type: "applied", sequence }));
    this.#shared = new MonitorChoice({
      read: () => this.#machine.monitors(),
      onChange: () => {
        options.onMonitors?.(this.#shared.monitors, this.#shared.current);
        this.tellState();
      },
    });
    this.#survey(performance.now());
  }

  /** Whether the customer permits control now. */
  setPermitted(isPermitted: boolean): void {
    if (this.#closed || isPermitted === this.#isPermitted) return;
    this.#isPermitted = isPermitted;
    if (!isPermitted) {
      this.releaseAll();
      // Nobody is kept from anything, so there is nothing to pause.
      if (this.#phase.phase !== "blocked") this.#setPhase({ phase: "ready" });
      this.#schedule();
      return;
    }
    this.#escapes = new EscapeWatch();
    this.#tryTo(() => this.#customer.begin(this.#machine.pointer()));
    this.#look();
  }

  /** Whether the customer's page asks something: an operator who has the mouse must not be the one who answers. */
  setQuestioned(isQuestioned: boolean): void {
    if (this.#closed || isQuestioned === this.#isQuestioned) return;
    this.#isQuestioned = isQuestioned;
    if (isQuestioned) this.releaseAll();
    if (this.#isPermitted) this.#look();
  }

  /** What the customer's page says that it shares. */
  setSurface(surface: SurfaceHint): void {
    if (!this.#closed) this.#tryTo(() => this.#shared.setSurface(surface));
  }

  /** A console is there anew: it counts from the beginning, and knows nothing yet. */
  operatorJoined(): void {
    this.releaseAll();
    this.#order.reset();
    this.#applied.reset();
    this.tellState();
  }

  /** The operator is gone, or the way to it. */
  operatorLeft(): void {
    this.releaseAll();
  }

  /** Tells how things are, for somebody who has not heard it. */
  tellState(): void {
    if (this.#closed) return;
    this.#options.onTool({
      type: "state",
      version: this.#options.version,
      platform: this.#machine.platform,
      state: this.#phase,
      monitors: this.#shared.monitors,
      monitorId: this.#shared.current?.monitorId ?? null,
    });
  }

  /** A message of the channel `motion`. */
  move(message: MotionMessage): void {
    if (!this.#mayInject || !this.#order.takesMove(message.sequence) || !this.#beginInput()) return;
    // The latest wins: one move in each turn of the event loop, however many have come.
    if (this.#turn !== undefined) {
      this.#waitingMove = message;
      return;
    }
    this.#turn = setImmediate(() => {
      this.#turn = undefined;
      this.#flushMove();
    });
    this.#inject(message.sequence, () => this.#movePointer(message));
  }

  /** A message of the channel `control`. */
  control(message: ControlMessage): void {
    switch (message.type) {
      // Where things are matters before and after control, and moves nothing.
      case "picture":
        this.#tryTo(() => this.#shared.setPicture({ width: message.width, height: message.height }));
        return;
      case "monitor":
        this.#shared.choose(message.monitorId);
        return;
      case "releaseAll":
        this.#flushMove();
        this.releaseAll();
        return;
      case "button":
      case "wheel":
        // It has a place of its own; what waits is older.
        this.#waitingMove = null;
        this.#order.placed(message.sequence);
        break;
      case "key":
      case "text":
      case "combination":
        this.#flushMove();
        break;
      default:
        assertUnreachable(message);
    }
    if (!this.#mayInject || !this.#beginInput()) return;
    this.#inject(message.sequence, () => this.#carryOut(message));
  }

  /** Lets go of everything that is held for the operator. */
  releaseAll(): void {
    this.#waitingMove = null;
    // What the system does not let go of now is tried again with each survey.
    if (!this.#held.releaseAll()) this.#schedule();
  }

  /** Lets go of everything, for good. The machine is the caller's to close. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.releaseAll();
    this.#closed = true;
    this.#isPermitted = false;
    this.#pace.stop();
    clearTimeout(this.#timer);
    clearImmediate(this.#turn);
    this.#applied.close();
  }

  get #mayInject(): boolean {
    return !this.#closed && this.#isPermitted && !this.#isQuestioned && this.#phase.phase === "ready";
  }

  #carryOut(message: Exclude<ControlMessage, { type: "releaseAll" | "picture" | "monitor" }>): void {
    switch (message.type) {
      case "button":
        this.#movePointer(message);
        this.#held.button(message.button, message.down);
        return;
      case "wheel":
        this.#movePointer(message);
        this.#machine.scroll(message.deltaX, message.deltaY);
        return;
      case "key":
        this.#key(message.code, message.down);
        return;
      case "text":
        this.#type(message.text);
        return;
      case "combination":
        this.#combine(message.codes);
        return;
      default:
        assertUnreachable(message);
    }
  }

  #movePointer(place: { x: number; y: number }): void {
    const monitor = this.#shared.current;
    if (monitor === null) throw new MachineError("no_display", "there is no monitor to point at");
    const pixel = pixelAt(monitor, place);
    this.#machine.movePointer(pixel.x, pixel.y);
    this.#customer.injected(pixel, performance.now());
  }

  #key(code: string, down: boolean): void {
    if (code === "Escape") this.#operatorsEscapeAtMs = performance.now();
    this.#held.key(code, down);
  }

  /** Held modifiers would turn characters into commands: they are lifted while the text is typed. */
  #type(text: string): void {
    const lifted = this.#held.modifiers;
    this.#held.releaseKeys(isModifier);
    try {
      this.#machine.typeText(text);
    } finally {
      for (const code of lifted) this.#held.key(code, true);
    }
  }

  #combine(codes: readonly string[]): void {
    // What the operator's own hand holds stays held.
    const pressed = codes.filter((code) => !this.#held.holds(code));
    try {
      for (const code of pressed) this.#key(code, true);
    } finally {
      this.#held.releaseKeys((code) => pressed.includes(code));
    }
  }

  #flushMove(): void {
    const message = this.#waitingMove;
    this.#waitingMove = null;
    if (message && this.#mayInject) this.#inject(message.sequence, () => this.#movePointer(message));
  }

  #inject(sequence: number, action: () => void): void {
    if (this.#tryTo(action)) this.#applied.applied(sequence);
  }

  /** @returns false when the system refused, which both sides are told */
  #tryTo(action: () => void): boolean {
    try {
      action();
      return true;
    } catch (error) {
      this.#block(error instanceof MachineError ? error.obstacle : "failed");
      return false;
    }
  }

  /** Something is about to be injected. @returns false when the customer turns out to be using the mouse */
  #beginInput(): boolean {
    const nowMs = performance.now();
    const wasActive = nowMs - this.#inputAtMs < ACTIVE_FOR_MS;
    this.#inputAtMs = nowMs;
    if (wasActive) return true;
    // At rest the customer's hands are looked at now and then only: what was not seen yet counts before the first move.
    this.#watchCustomer(nowMs);
    this.#schedule();
    return this.#mayInject;
  }

  /** The regular look at the customer's hands, and now and then at everything else. */
  #look(): void {
    const nowMs = performance.now();
    if (nowMs - this.#surveyedAtMs >= SURVEY_EVERY_MS) this.#survey(nowMs);
    if (this.#isPermitted && this.#phase.phase !== "blocked") this.#watchCustomer(nowMs);
    this.#releaseForgotten(nowMs);
    this.#schedule();
  }

  #watchCustomer(nowMs: number): void {
    let isMoving = false;
    let isTakenBack = false;
    const isLooked = this.#tryTo(() => {
      isMoving = this.#customer.look(this.#machine.pointer(), nowMs);
      const isOperators =
        this.#held.holds("Escape") || nowMs - this.#operatorsEscapeAtMs < OPERATORS_ESCAPE_MS;
      isTakenBack = this.#escapes.look(this.#machine.isEscapeDown() && !isOperators, nowMs);
    });
    if (!isLooked) return;
    if (isMoving) this.releaseAll();
    if (isMoving) this.#setPhase({ phase: "paused" });
    else this.#setPhase({ phase: this.#isQuestioned ? "questioned" : "ready" });
    if (!isTakenBack) return;
    this.setPermitted(false);
    this.#options.onTakenBack();
  }

  /** Obstacles come and go, and so do monitors. */
  #survey(nowMs: number): void {
    this.#surveyedAtMs = nowMs;
    this.#tryTo(() => {
      const obstacle = this.#machine.obstacle();
      this.#shared.survey();
      if (obstacle !== null) this.#block(obstacle);
      else if (this.#phase.phase === "blocked") this.#setPhase({ phase: "ready" });
    });
  }

  #block(obstacle: ControlObstacle): void {
    this.releaseAll();
    this.#setPhase({ phase: "blocked", obstacle });
    // What the system has refused just now is not asked of it again before the next survey is due.
    this.#surveyedAtMs = performance.now();
    this.#schedule();
  }

  /** Of an operator who vanished without a word nothing is heard; nothing stays pressed for that long. */
  #releaseForgotten(nowMs: number): void {
    if (this.#held.isEmpty) return;
    const silentMs = nowMs - this.#inputAtMs;
    const isLeft = !this.#mayInject;
    if (isLeft || silentMs >= HOLD_SILENCE_MS) this.#held.releaseAll();
    else if (silentMs >= KEY_SILENCE_MS) this.#held.releaseKeys((code) => !isModifier(code));
  }

  #setPhase(phase: ControlPhase): void {
    if (JSON.stringify(phase) === JSON.stringify(this.#phase)) return;
    this.#phase = phase;
    this.tellState();
    this.#options.onPhase(phase);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#closed) return;
    const waitMs = this.#waitMs();
    if (waitMs !== null) this.#timer = setTimeout(() => this.#look(), waitMs);
  }

  /** Null: there is nothing to look after. */
  #waitMs(): number | null {
    const { phase } = this.#phase;
    if (this.#isPermitted && phase !== "blocked") {
      return this.#pace.next(Math.max(this.#inputAtMs, this.#escapes.pressedAtMs), phase === "paused");
    }
    this.#pace.stop();
    return this.#isPermitted || !this.#held.isEmpty ? SURVEY_EVERY_MS : null;
  }
}
