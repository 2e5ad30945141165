import { parseJson } from "@/lib/parse-json";
import {
  type ConsentMessage,
  type ControlStep,
  consentMessageSchema,
  type Requestable,
  requestableNames,
  type SurfaceKind,
} from "@/protocol/control";
import type { Permissions } from "@/protocol/permissions";
import { restAfterMs } from "./consent-rest";

/**
 * How one request stands.
 *
 * - `none`: nothing is asked for, or it has been granted.
 * - `asked`: the customer has not answered yet.
 * - `denied`: the customer has said no; it can be asked for again.
 * - `resting`: the customer has said no, and cannot be asked again for a while.
 */
export type RequestState = "none" | "asked" | "denied" | "resting";
export type Requests = Readonly<Record<Requestable, RequestState>>;

export const noRequests: Requests = { control: "none", clipboard: "none", file: "none" };

/** What the operator sees of the asking. */
export interface RequestsSnapshot {
  readonly requests: Requests;
  /** What the customer's page waits for on the way to control; null: nothing, or not told. */
  readonly customerStep: ControlStep | null;
  /** What the customer shares; `unknown`: the browser there does not tell; null: the page there has not said anything. */
  readonly customerSurface: SurfaceKind | null;
}

interface ConsentRequestsOptions {
  /** @returns false when nothing could be sent now */
  send: (message: ConsentMessage) => boolean;
  onChange: (snapshot: RequestsSnapshot) => void;
}

/** A message can be lost while a side joins; until it is answered it is sent again this often. */
const RETRY_INTERVAL_MS = 2_000;

/** What the operator asks the customer for. A request outlives lost connections, and the customer's page being loaded again. */
export class ConsentRequests {
  readonly #options: ConsentRequestsOptions;
  readonly #denials = new Map<Requestable, number>();
  readonly #restTimers = new Map<Requestable, ReturnType<typeof setTimeout>>();
  #requests = noRequests;
  #customerStep: ControlStep | null = null;
  #customerSurface: SurfaceKind | null = null;
  #isControlGranted = false;
  #retryTimer: ReturnType<typeof setInterval> | undefined;

  constructor(options: ConsentRequestsOptions) {
    this.#options = options;
  }

  /** Asks, unless it has been asked already or the customer is to be left alone. */
  request(permission: Requestable): void {
    const state = this.#requests[permission];
    if (state === "asked" || state === "resting") return;
    this.#set(permission, "asked");
    this.#options.send({ type: "request", permission });
    this.#retryTimer ??= setInterval(() => this.begin(), RETRY_INTERVAL_MS);
  }

  withdraw(permission: Requestable): void {
    if (this.#requests[permission] !== "asked") return;
    this.#options.send({ type: "withdraw", permission });
    this.#set(permission, "none");
  }

  /** A connection stands anew: what is still asked for is said again. */
  begin(): void {
    for (const permission of requestableNames) {
      if (this.#requests[permission] === "asked") this.#options.send({ type: "request", permission });
    }
  }

  /** A permission is the customer's yes. */
  granted(permissions: Permissions): void {
    for (const permission of requestableNames) {
      if (!permissions[permission]) continue;
      this.#denials.delete(permission);
      clearTimeout(this.#restTimers.get(permission));
      this.#set(permission, "none");
    }
    const wasControlGranted = this.#isControlGranted;
    this.#isControlGranted = permissions.control;
    // Only when it is taken back: what the customer's page waits for can be heard before the permission is.
    if (wasControlGranted && !permissions.control) this.#setStep(null);
  }

  /** What the customer's page says; what is not of the protocol is dropped. */
  receive(raw: string): void {
    const message = consentMessageSchema.safeParse(parseJson(raw)).data;
    if (message?.type === "denied") this.#denied(message.permission);
    else if (message?.type === "step") this.#setStep(message.step);
    else if (message?.type === "surface") this.#setSurface(message.kind);
  }

  close(): void {
    clearInterval(this.#retryTimer);
    for (const timer of this.#restTimers.values()) clearTimeout(timer);
  }

  #denied(permission: Requestable): void {
    if (this.#requests[permission] !== "asked") return;
    const denials = (this.#denials.get(permission) ?? 0) + 1;
    this.#denials.set(permission, denials);
    this.#set(permission, "resting");
    this.#restTimers.set(
      permission,
      setTimeout(() => this.#set(permission, "denied"), restAfterMs(denials)),
    );
  }

  #set(permission: Requestable, state: RequestState): void {
    if (this.#requests[permission] === state) return;
    this.#requests = { ...this.#requests, [permission]: state };
    if (!requestableNames.some((name) => this.#requests[name] === "asked")) {
      clearInterval(this.#retryTimer);
      this.#retryTimer = undefined;
    }
    this.#tell();
  }

  #setStep(step: ControlStep | null): void {
    if (step === this.#customerStep) return;
    this.#customerStep = step;
    this.#tell();
  }

  #setSurface(kind: SurfaceKind): void {
    if (kind === this.#customerSurface) return;
    this.#customerSurface = kind;
    this.#tell();
  }

  #tell(): void {
    this.#options.onChange({
      requests: this.#requests,
      customerStep: this.#customerStep,
      customerSurface: this.#customerSurface,
    });
  }
}
