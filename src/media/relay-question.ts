import { AppError } from "@/lib/app-error";
import type { RelayAssignment, RelayTrouble } from "@/protocol/join-token";

/** A management server that takes longer is taken for one that cannot be reached: a new call may find it. */
const REJOIN_CALL_TIMEOUT_MS = 4_000;

/** Asks the management server for a relay and a fresh token. */
export type JoinCall = (about: {
  /** What this side has to tell of the relay that it had. */
  readonly trouble?: RelayTrouble | undefined;
  readonly signal?: AbortSignal | undefined;
}) => Promise<RelayAssignment>;

/** The management server did not answer in time. */
export class SilentServer extends AppError {
  constructor() {
    super("UNAVAILABLE");
  }
}

interface Question {
  /** What this side has to tell of the relay that was named before. */
  readonly trouble: RelayTrouble | undefined;
  /** The first joining takes as long as it takes: what comes with it may be slow to gather. */
  readonly isFirst: boolean;
}

interface Asking {
  readonly call: AbortController;
  readonly answer: Promise<RelayAssignment>;
  isAnswered: boolean;
}

/** What the management server is asked, or has answered and nobody has used yet: one question at a time. */
export class RelayQuestion {
  readonly #join: JoinCall;
  #asking: Asking | null = null;

  constructor(join: JoinCall) {
    this.#join = join;
  }

  get isAnswered(): boolean {
    return this.#asking?.isAnswered ?? false;
  }

  /**
   * Asks, unless that has been done and the answer is still to come or to be used.
   *
   * @throws AppError as the management server says; SilentServer when it says nothing in time
   */
  ask(about: Question): Promise<RelayAssignment> {
    if (this.#asking) return this.#asking.answer;
    const call = new AbortController();
    const asking: Asking = { call, isAnswered: false, answer: this.#call(call, about) };
    this.#asking = asking;
    asking.answer.then(
      () => {
        asking.isAnswered = true;
      },
      () => {
        if (this.#asking === asking) this.#asking = null;
      },
    );
    return asking.answer;
  }

  /** The answer has been used; the next one has to be asked for. */
  forget(): void {
    this.#asking = null;
  }

  callOff(): void {
    this.#asking?.call.abort();
    this.#asking = null;
  }

  async #call(call: AbortController, { trouble, isFirst }: Question) {
    const timer = isFirst ? undefined : setTimeout(() => call.abort(), REJOIN_CALL_TIMEOUT_MS);
    try {
      return await this.#join({ trouble, signal: call.signal });
    } catch (error) {
      throw call.signal.aborted ? new SilentServer() : error;
    } finally {
      clearTimeout(timer);
    }
  }
}
