import type { ErrorCode } from "@/lib/error-table";
import { isErrorCode } from "@/lib/error-table";
import { type EndReason, endReasonSchema } from "@/protocol/end-reason";
import type { RelayAssignment } from "@/protocol/join-token";
import { closeCodes } from "@/protocol/signalling";
import { errorCodeOf } from "./error-code";
import { RelayConnection, type RelayConnectionHandlers } from "./relay-connection";
import type { ConnectionState } from "./session-state";

/** A side that cannot get back for this long gives up; the management server ends the session at about the same time. */
const GIVE_UP_AFTER_MS = 120_000;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5_000;

/** Refusals that another try cannot change. */
const finalRefusals: readonly ErrorCode[] = [
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "NOT_FOUND",
  "SESSION_ENDED",
  "SESSION_WRONG_PHASE",
  "OBSERVER_LIMIT",
  "PROTOCOL_VERSION",
  "ORIGIN_REFUSED",
];

interface SessionConnectionOptions {
  /** Asks the management server for a relay and a fresh token. */
  join: () => Promise<RelayAssignment>;
  handlers: Omit<RelayConnectionHandlers, "onEnded" | "onLost">;
  /** Joined, at first or again: here the owner shows and sends what it has. A failure counts as a lost connection. */
  onJoined: (relay: RelayConnection) => Promise<void>;
  onState: (state: ConnectionState) => void;
}

/**
 * Keeps one side of a session connected: joins, and after a loss joins again with growing pauses, until the session ends,
 * another tab takes over, or there is no use in trying.
 */
export class SessionConnection {
  readonly #options: SessionConnectionOptions;
  #state: ConnectionState = { phase: "connecting" };
  #relay: RelayConnection | null = null;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #started = false;
  #stopped = false;

  constructor(options: SessionConnectionOptions) {
    this.#options = options;
  }

  /** The relay while the connection lives. */
  get relay(): RelayConnection | null {
    return this.#relay;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    window.addEventListener("online", this.#retryNow);
    void this.#attempt();
  }

  /** Leaves for good, without a word about why. */
  close(): void {
    this.#stopped = true;
    clearTimeout(this.#retryTimer);
    window.removeEventListener("online", this.#retryNow);
    this.#relay?.close();
    this.#relay = null;
  }

  /** The session is over: tells so, once, and leaves. */
  end(reason: EndReason): void {
    this.#finish({ phase: "ended", reason });
  }

  async #attempt(): Promise<void> {
    let relay: RelayConnection | null = null;
    try {
      const assignment = await this.#options.join();
      if (this.#stopped) return;
      relay = await RelayConnection.join(assignment, {
        ...this.#options.handlers,
        onEnded: (reason) => this.end(reason),
        onLost: (close) => this.#lost(close),
      });
      if (this.#stopped) {
        relay.close();
        return;
      }
      this.#relay = relay;
      await this.#options.onJoined(relay);
      if (this.#relay === relay) this.#setState({ phase: "live", since: new Date() });
    } catch (error) {
      if (this.#stopped) return;
      relay?.close();
      this.#relay = null;
      this.#refused(errorCodeOf(error));
    }
  }

  #lost(close: { code: number; reason: string } | null): void {
    this.#relay = null;
    if (this.#stopped) return;
    if (close?.code === closeCodes.sessionEnded) {
      const reason = endReasonSchema.safeParse(close.reason);
      this.end(reason.success ? reason.data : "connection_lost");
    } else if (close?.code === closeCodes.replaced) {
      this.#finish({ phase: "replaced" });
    } else if (close?.code === closeCodes.refused && isErrorCode(close.reason)) {
      this.#refused(close.reason);
    } else {
      this.#retryLater();
    }
  }

  #refused(code: ErrorCode): void {
    if (finalRefusals.includes(code)) this.#finish({ phase: "failed", error: code });
    else this.#retryLater();
  }

  #retryLater(): void {
    const now = new Date();
    const before = this.#state.phase === "reconnecting" ? this.#state : { since: now, attempt: 0 };
    if (now.getTime() - before.since.getTime() > GIVE_UP_AFTER_MS) {
      this.#finish({ phase: "failed", error: "UNAVAILABLE" });
      return;
    }
    const attempt = before.attempt + 1;
    this.#setState({ phase: "reconnecting", since: before.since, attempt });
    const pauseMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempt - 1));
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = undefined;
      void this.#attempt();
    }, pauseMs);
  }

  /** The browser says that the network is back: no reason to sit out the pause. */
  readonly #retryNow = (): void => {
    if (this.#stopped || this.#retryTimer === undefined) return;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    void this.#attempt();
  };

  #finish(state: Extract<ConnectionState, { phase: "ended" | "failed" | "replaced" }>): void {
    if (this.#stopped) return;
    this.close();
    this.#setState(state);
  }

  #setState(state: ConnectionState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}
