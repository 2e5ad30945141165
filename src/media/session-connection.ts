import { AppError } from "@/lib/app-error";
import type { ErrorCode } from "@/lib/error-table";
import { isErrorCode } from "@/lib/error-table";
import { type EndReason, endReasonSchema } from "@/protocol/end-reason";
import type { RelayAssignment, RelayTrouble } from "@/protocol/join-token";
import { closeCodes, RECONNECT_WINDOW_MS } from "@/protocol/signalling";
import { errorCodeOf } from "./error-code";
import { NetworkEvents } from "./network-events";
import { causeAfter, isTooLate, type JoinFailure, openTimeoutMs, pauseMs } from "./reconnect-plan";
import { RelayConnection } from "./relay-connection";
import type { RelayConnectionHandlers, RelayEntry } from "./relay-handlers";
import type { LinkState } from "./relay-link";
import type { ConnectionState, ReconnectCause } from "./session-state";
import { SilentRelay } from "./signalling-client";

/** A management server that takes longer is taken for one that cannot be reached: a new call may find it. */
const REJOIN_CALL_TIMEOUT_MS = 4_000;
/** A relay that has not opened by then may not do so at all. */
const ASK_BESIDE_AFTER_MS = 500;

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

/** Asks the management server for a relay and a fresh token. */
export type JoinCall = (about: {
  /** What this side has to tell of the relay that it had. */
  readonly trouble?: RelayTrouble | undefined;
  readonly signal?: AbortSignal | undefined;
}) => Promise<RelayAssignment>;

interface SessionConnectionOptions {
  join: JoinCall;
  /** Whether the session lives by this side: one that stays away ends it. */
  isSide: boolean;
  handlers: Omit<RelayConnectionHandlers, "onEnded" | "onLost" | "onLink">;
  /** Joined, at first or again: here the owner shows and sends what it has. A failure counts as a lost connection. */
  onJoined: (relay: RelayConnection) => Promise<void>;
  onState: (state: ConnectionState) => void;
}

/** The management server did not answer in time. */
class SilentServer extends AppError {
  constructor() {
    super("UNAVAILABLE");
  }
}

/** A question to the management server. */
interface Asking {
  readonly call: AbortController;
  readonly answer: Promise<RelayAssignment>;
  isAnswered: boolean;
}

/** How far one try has come, for whoever has to tell why it failed. */
interface Way {
  at: JoinFailure["at"];
  /** The relay that the management server has named just now. */
  relayId: string | null;
}

const STEADY: LinkState = { isDisturbed: false, isHopeless: false };

/**
 * Keeps one side of a session connected until the session ends, another tab takes over, or there is no use in trying.
 *
 * A connection that is disturbed is given time to come back by itself, ICE restart included; then new ones are tried, the old
 * one still in hand, at the relay that the management server names: the same or another. Whichever stands first goes on.
 */
export class SessionConnection {
  readonly #options: SessionConnectionOptions;
  readonly #network = new NetworkEvents(() => this.#networkChanged());
  #state: ConnectionState = { phase: "connecting" };
  /** Stands for the connection that is in use or being made: what others still say does not count. */
  #current: AbortController | null = null;
  #relay: RelayConnection | null = null;
  #link = STEADY;
  /** The connection before, which shows nothing any more and is let go when the next one stands. */
  #retired: RelayConnection | null = null;
  /** The try that is under way and can still be called off. */
  #attempt: AbortController | null = null;
  #attempts = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #lostAt: Date | null = null;
  #cause: ReconnectCause = "relay";
  /** Where this side was let in last. */
  #assignment: RelayAssignment | null = null;
  /** Brings it back there without the management server; works once. */
  #ticket: string | null = null;
  /** What the management server is asked, or has answered and nobody has used yet. */
  #asking: Asking | null = null;
  #trouble: RelayTrouble | undefined;
  #lastOpenMs: number | null = null;
  /** As the relay last told; null before the first joining. */
  #windowMs: number | null = null;
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
    this.#network.listen();
    void this.#try();
  }

  /** Leaves for good, without a word about why. */
  close(): void {
    this.#stopped = true;
    this.#callOff();
    this.#network.close();
    this.#relay?.close();
    this.#retired?.close();
    this.#relay = null;
    this.#retired = null;
  }

  /** The session is over: tells so, once, and leaves. */
  end(reason: EndReason): void {
    this.#finish({ phase: "ended", reason });
  }

  async #try(): Promise<void> {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    const attempt = new AbortController();
    this.#attempt = attempt;
    const way: Way = { at: "relay", relayId: null };
    let relay: RelayConnection | null = null;
    try {
      relay = await this.#connect(attempt, way);
      if (this.#stopped || this.#current !== attempt) {
        // Ended, or lost again, before it stood: that has been seen to.
        relay.close();
        return;
      }
      this.#relay = relay;
      this.#windowMs = relay.reconnectWindowMs;
      this.#ticket = relay.ticket;
      await this.#options.onJoined(relay);
      if (this.#current === attempt) this.#joined();
    } catch (error) {
      if (this.#stopped || attempt.signal.aborted) return;
      const isCommitted = this.#attempt !== attempt;
      // Lost while it was being set up: the loss has been told already.
      if (isCommitted && this.#current !== attempt) return;
      if (isCommitted) {
        this.#current = null;
        this.#retire(relay);
      }
      this.#attempt = null;
      this.#failed(error, way, isCommitted);
    }
  }

  /**
   * Joins by the relay's own ticket if there is one, else as the management server says. That is asked soon after the first knock, so
   * that its answer is there when the relay does not open; as long as neither answers, the knocking goes on: it takes a new socket
   * to notice at once that the network is back, and browsers keep old ones for calls to a server.
   */
  async #connect(attempt: AbortController, way: Way): Promise<RelayConnection> {
    if (this.#ticket !== null && this.#assignment !== null) {
      const hedge = setTimeout(() => this.#ask(), ASK_BESIDE_AFTER_MS);
      try {
        return await this.#join(attempt, { ...this.#assignment, ticket: this.#ticket }, this.#assignment);
      } catch (error) {
        if (attempt.signal.aborted || this.#stopped) throw error;
        if (error instanceof SilentRelay && !this.#asking?.isAnswered) throw error;
      } finally {
        clearTimeout(hedge);
      }
    }
    way.at = "management";
    const assignment = await this.#ask();
    attempt.signal.throwIfAborted();
    this.#asking = null;
    way.at = "relay";
    way.relayId = assignment.relayId;
    return await this.#join(attempt, assignment, assignment);
  }

  async #join(
    attempt: AbortController,
    entry: RelayEntry,
    assignment: RelayAssignment,
  ): Promise<RelayConnection> {
    const openingAtMs = performance.now();
    return await RelayConnection.join(entry, this.#handlersOf(attempt), {
      openTimeoutMs: openTimeoutMs(this.#attempts + 1, this.#lastOpenMs),
      signal: attempt.signal,
      onCommitted: () => {
        this.#lastOpenMs = performance.now() - openingAtMs;
        this.#commit(attempt, assignment);
      },
    });
  }

  /** One question at a time; its answer is kept until it is used. */
  #ask(): Promise<RelayAssignment> {
    if (this.#asking) return this.#asking.answer;
    const call = new AbortController();
    const asking: Asking = { call, isAnswered: false, answer: this.#callServer(call) };
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

  /** @throws AppError as the management server says; SilentServer when it says nothing in time */
  async #callServer(call: AbortController): Promise<RelayAssignment> {
    if (this.#windowMs === null) return await this.#options.join({ signal: call.signal });
    const timer = setTimeout(() => call.abort(), REJOIN_CALL_TIMEOUT_MS);
    try {
      return await this.#options.join({ trouble: this.#trouble, signal: call.signal });
    } catch (error) {
      throw call.signal.aborted ? new SilentServer() : error;
    } finally {
      clearTimeout(timer);
    }
  }

  #handlersOf(attempt: AbortController): RelayConnectionHandlers {
    return {
      ...this.#options.handlers,
      onEnded: (reason) => this.end(reason),
      onLink: (link) => this.#linkChanged(attempt, link),
      onLost: (close) => this.#lost(attempt, close),
    };
  }

  /** The relay is about to let the new connection in, and closes the old one when it does. */
  #commit(attempt: AbortController, assignment: RelayAssignment): void {
    this.#attempt = null;
    this.#current = attempt;
    this.#assignment = assignment;
    this.#ticket = null;
    this.#link = STEADY;
    this.#retire(this.#relay);
    this.#relay = null;
  }

  #joined(): void {
    this.#retired?.close();
    this.#retired = null;
    this.#attempts = 0;
    this.#trouble = undefined;
    if (!this.#link.isDisturbed) this.#setLive();
  }

  #linkChanged(attempt: AbortController, link: LinkState): void {
    if (attempt !== this.#current) return;
    this.#link = link;
    if (link.isDisturbed) this.#setReconnecting("network");
    else if (this.#state.phase === "reconnecting" && this.#relay) this.#setLive();
    if (!link.isHopeless) {
      this.#callOff();
    } else if (this.#attempt === null && this.#retryTimer === undefined) {
      this.#trouble = this.#broken;
      void this.#try();
    }
  }

  #lost(attempt: AbortController, close: { code: number; reason: string } | null): void {
    if (this.#stopped || attempt !== this.#current) return;
    this.#current = null;
    this.#link = STEADY;
    this.#retire(this.#relay);
    this.#relay = null;
    if (close?.code === closeCodes.sessionEnded) {
      const reason = endReasonSchema.safeParse(close.reason);
      this.end(reason.success ? reason.data : "connection_lost");
    } else if (close?.code === closeCodes.replaced) {
      this.#finish({ phase: "replaced" });
    } else if (close?.code === closeCodes.refused && isErrorCode(close.reason)) {
      this.#failed(new AppError(close.reason), { at: "relay", relayId: null }, true);
    } else {
      const isTold = close?.code === closeCodes.rejoin;
      this.#trouble = isTold ? undefined : this.#broken;
      // A relay that sends its sessions off may want them elsewhere: the management server knows.
      if (isTold) this.#ticket = null;
      // What was silent before it broke has the same cause.
      if (this.#lostAt === null) this.#cause = isTold || navigator.onLine ? "relay" : "network";
      this.#setReconnecting(this.#cause);
      if (this.#attempt === null)
        this.#tryIn(pauseMs({ attempt: 1, lostForMs: 0, isSilent: false, random: Math.random() }));
    }
  }

  #failed(error: unknown, { at, relayId }: Way, isCommitted: boolean): void {
    const code = errorCodeOf(error);
    if (finalRefusals.includes(code)) {
      this.#finish({ phase: "failed", error: code });
      return;
    }
    const isSilent = error instanceof SilentRelay || error instanceof SilentServer;
    if (at === "relay" && !isCommitted && relayId !== null) this.#trouble = { relayId, kind: "unreachable" };
    this.#attempts += 1;
    const failure: JoinFailure = { at, code, isSilent };
    // A connection that only lacks its socket goes on meanwhile.
    if (!this.#relay || this.#link.isDisturbed) {
      this.#setReconnecting(causeAfter(this.#cause, failure, navigator.onLine));
    }
    const lostForMs = this.#lostAt ? Date.now() - this.#lostAt.getTime() : 0;
    if (isTooLate(lostForMs, this.#windowMs)) {
      const isEnd = this.#options.isSide && this.#windowMs !== null;
      this.#finish(
        isEnd ? { phase: "ended", reason: "connection_lost" } : { phase: "failed", error: "UNAVAILABLE" },
      );
      return;
    }
    this.#tryIn(pauseMs({ attempt: this.#attempts, lostForMs, isSilent, random: Math.random() }));
  }

  #tryIn(waitMs: number): void {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => void this.#try(), waitMs);
  }

  /** The connection has come back by itself: no other is wanted. One that the relay has been asked for goes on. */
  #callOff(): void {
    this.#attempt?.abort();
    this.#attempt = null;
    this.#asking?.call.abort();
    this.#asking = null;
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#attempts = 0;
  }

  /** What held a moment ago may not hold now, for better or for worse. */
  #networkChanged(): void {
    if (this.#stopped) return;
    this.#relay?.networkChanged();
    if (this.#retryTimer !== undefined) void this.#try();
  }

  #retire(relay: RelayConnection | null): void {
    if (!relay) return;
    relay.retire();
    this.#retired?.close();
    this.#retired = relay;
  }

  get #broken(): RelayTrouble | undefined {
    return this.#assignment ? { relayId: this.#assignment.relayId, kind: "broken" } : undefined;
  }

  #setLive(): void {
    this.#lostAt = null;
    this.#setState({ phase: "live", since: new Date() });
  }

  #setReconnecting(cause: ReconnectCause): void {
    this.#cause = cause;
    this.#lostAt ??= new Date();
    const endsAt = new Date(this.#lostAt.getTime() + (this.#windowMs ?? RECONNECT_WINDOW_MS));
    this.#setState({ phase: "reconnecting", cause, since: this.#lostAt, attempt: this.#attempts, endsAt });
  }

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
