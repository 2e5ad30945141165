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

interface ConsentAnswersOptions {
  /** @returns false when nothing could be sent now */
  send: (message: ConsentMessage) => boolean;
  /** What is asked for now, the oldest first: one question at a time is shown. */
  onChange: (open: readonly Requestable[]) => void;
}

/** An operator whose page has been loaded again says by then what is still asked for. */
const CONFIRM_WITHIN_MS = 6_000;

/**
 * What the customer is asked for, and the customer's no; a yes is the permission itself. The operator's side is not trusted: it
 * can have each thing asked for once at a time, and not soon again after a no.
 */
export class ConsentAnswers {
  readonly #options: ConsentAnswersOptions;
  readonly #denied = new Map<Requestable, { readonly count: number; readonly atMs: number }>();
  #open: readonly Requestable[] = [];
  #unconfirmed = new Set<Requestable>();
  #confirmTimer: ReturnType<typeof setTimeout> | undefined;
  #permissions: Permissions | null = null;
  #step: ControlStep | null = null;
  #surface: SurfaceKind | null = null;

  constructor(options: ConsentAnswersOptions) {
    this.#options = options;
  }

  /** What the operator says; what is not of the protocol is dropped. */
  receive(raw: string): void {
    const message = consentMessageSchema.safeParse(parseJson(raw)).data;
    if (message?.type === "request") this.#asked(message.permission);
    else if (message?.type === "withdraw") this.#close(message.permission);
  }

  /** The operator has just joined (again), maybe with a page that knows nothing of what the one before has asked for. */
  begin(): void {
    this.tellStep(this.#step);
    if (this.#open.length === 0) return;
    this.#unconfirmed = new Set(this.#open);
    clearTimeout(this.#confirmTimer);
    this.#confirmTimer = setTimeout(() => {
      this.#change(this.#open.filter((permission) => !this.#unconfirmed.has(permission)));
    }, CONFIRM_WITHIN_MS);
  }

  deny(permission: Requestable): void {
    const count = (this.#denied.get(permission)?.count ?? 0) + 1;
    this.#denied.set(permission, { count, atMs: performance.now() });
    this.#close(permission);
    this.#options.send({ type: "denied", permission });
  }

  /** What is allowed needs no question. */
  granted(permissions: Permissions): void {
    const isControlNew = permissions.control && this.#permissions?.control !== true;
    this.#permissions = permissions;
    if (isControlNew && this.#surface !== null) this.tellSurface(this.#surface);
    for (const permission of requestableNames) {
      if (!permissions[permission]) continue;
      this.#denied.delete(permission);
      this.#close(permission);
    }
  }

  /** Lets the operator know what is waited for, now and whenever it joins anew. */
  tellStep(step: ControlStep | null): void {
    this.#step = step;
    this.#options.send({ type: "step", step });
    // What was said while the operator's page joined may be lost, and this matters now.
    if (this.#surface !== null) this.tellSurface(this.#surface);
  }

  /** Lets the operator know what is shared, now and whenever it joins anew. */
  tellSurface(kind: SurfaceKind): void {
    this.#surface = kind;
    this.#options.send({ type: "surface", kind });
  }

  close(): void {
    clearTimeout(this.#confirmTimer);
  }

  #asked(permission: Requestable): void {
    this.#unconfirmed.delete(permission);
    if (this.#open.includes(permission) || this.#permissions?.[permission]) return;
    const denied = this.#denied.get(permission);
    if (denied && performance.now() - denied.atMs < restAfterMs(denied.count)) {
      // Asked again too soon, or the no was lost on its way: it is said again, and nobody is disturbed.
      this.#options.send({ type: "denied", permission });
      return;
    }
    this.#change([...this.#open, permission]);
  }

  #close(permission: Requestable): void {
    this.#change(this.#open.filter((one) => one !== permission));
  }

  #change(open: readonly Requestable[]): void {
    if (open.length === this.#open.length) return;
    this.#open = open;
    this.#options.onChange(open);
  }
}
