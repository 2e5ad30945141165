import { AppError } from "@/lib/app-error";
import type { ErrorCode } from "@/lib/error-table";
import { isErrorCode } from "@/lib/error-table";
import { type EndReason, endReasonSchema } from "@/protocol/end-reason";
import type { RelayAssignment, RelayTrouble } from "@/protocol/join-token";
import { closeCodes, RECONNECT_WINDOW_MS } from "@/protocol/signalling";
import { errorCodeOf } from "./error-code";
import { NetworkEvents } from "./network-events";
import { NetworkProbe } from "./network-probe";
import {
  causeAfter,
  isTooLate,
  type JoinFailure,
  joinTimeoutMs,
  openTimeoutMs,
  pauseMs,
} from "./reconnect-plan";
import { RelayConnection } from "./relay-connection";
import type { RelayConnectionHandlers, RelayEntry } from "./relay-handlers";
import type { LinkState } from "./relay-link";
import { type JoinCall, RelayQuestion, SilentServer } from "./relay-question";
import type { ConnectionState, ReconnectCause } from "./session-state";
import { SilentRelay } from "./signalling-client";

export type { JoinCall } from "./relay-question";

/** A relay that has not opened by then may not do so at all. */
const ASK_BESIDE_AFTER_MS = 500;
/** Nor one that is still silent this long after the management server has answered, over a network that is there then. */
const KNOCK_ON_FOR_MS = 500;

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
  join: JoinCall;
  /** Whether the session lives by this side: one that stays away ends it. */
  isSide: boolean;
  handlers: Omit<RelayConnectionHandlers, "onEnded" | "onLost" | "onLink">;
  /** Joined, at first or again: here the owner shows and sends what it has. A failure counts as a lost connection. */
  onJoined: (relay: RelayConnection) => Promise<void>;
  onState: (state: ConnectionState) => void;
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
  readonly #question: RelayQuestion;
  readonly #probe = new NetworkProbe(() => this.#networkBack());
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
  #trouble: RelayTrouble | undefined;
  #quickestOpenMs: number | null = null;
  /** As the relay last told; null before the first joining. */
  #windowMs: number | null = null;
  #started = false;
  #stopped = false;

  constructor(options: SessionConnectionOptions) {
    this.#options = options;
    this.#question = new RelayQuestion(options.join);
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
   * that its answer is there when the relay does not open; as long as neither answers, the knocking goes on.
   *
   * Where nobody listens a second knock would fare no better: sockets that fail are kept few (reconnect-plan.ts).
   */
  async #connect(attempt: AbortController, way: Way): Promise<RelayConnection> {
    let refusedBy: string | null = null;
    if (this.#ticket !== null && this.#assignment !== null) {
      const knock = new AbortController();
      let patience: ReturnType<typeof setTimeout> | undefined;
      const giveUpSoon = () => {
        patience = setTimeout(() => knock.abort(), KNOCK_ON_FOR_MS);
      };
      const hedge = setTimeout(() => {
        this.#ask().then(giveUpSoon, (error: unknown) => {
          // A refusal is an answer too.
          if (errorCodeOf(error) !== "UNAVAILABLE") giveUpSoon();
        });
      }, ASK_BESIDE_AFTER_MS);
      try {
        const entry = { ...this.#assignment, ticket: this.#ticket };
        return await this.#join(attempt, entry, this.#assignment, knock.signal);
      } catch (error) {
        if (attempt.signal.aborted || this.#stopped) throw error;
        const isSilent = error instanceof SilentRelay;
        if (isSilent && !this.#question.isAnswered) throw error;
        // One that has opened, and does not know the ticket, has used it up.
        const isRefused = !isSilent && !knock.signal.aborted && this.#ticket !== null;
        if (isRefused) refusedBy = this.#assignment.signallingUrl;
      } finally {
        clearTimeout(hedge);
        clearTimeout(patience);
      }
    }
    way.at = "management";
    const assignment = await this.#ask();
    attempt.signal.throwIfAborted();
    this.#question.forget();
    way.at = "relay";
    way.relayId = assignment.relayId;
    if (assignment.signallingUrl === refusedBy) throw new AppError("UNAVAILABLE");
    return await this.#join(attempt, assignment, assignment);
  }

  async #join(
    attempt: AbortController,
    entry: RelayEntry,
    assignment: RelayAssignment,
    calledOff?: AbortSignal,
  ): Promise<RelayConnection> {
    const openingAtMs = performance.now();
    return await RelayConnection.join(entry, this.#handlersOf(attempt), {
      openTimeoutMs: openTimeoutMs(this.#attempts + 1, this.#quickestOpenMs),
      answerTimeoutMs: joinTimeoutMs(this.#attempts + 1),
      signal: calledOff ? AbortSignal.any([attempt.signal, calledOff]) : attempt.signal,
      onCommitted: () => {
        const openMs = performance.now() - openingAtMs;
        // A longer one may have waited for the network to come back.
        this.#quickestOpenMs = Math.min(openMs, this.#quickestOpenMs ?? openMs);
        this.#commit(attempt, assignment);
      },
    });
  }

  #ask(): Promise<RelayAssignment> {
    return this.#question.ask({ trouble: this.#trouble, isFirst: this.#windowMs === null });
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
    this.#probe.stop();
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
    if (at === "relay" && relayId !== null && (isSilent || !isCommitted)) {
      this.#trouble = { relayId, kind: "unreachable" };
    }
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
    if (code === "UNAVAILABLE") this.#probe.start();
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
    this.#question.callOff();
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#attempts = 0;
    this.#probe.stop();
  }

  /** What held a moment ago may not hold now, for better or for worse. */
  #networkChanged(): void {
    if (this.#stopped) return;
    this.#relay?.networkChanged();
    if (this.#retryTimer !== undefined) void this.#try();
  }

  /** What has been waiting for the network may wait on for seconds: TCP asks ever more seldom. A new try asks at once. */
  #networkBack(): void {
    if (this.#attempt === null && this.#retryTimer === undefined) return;
    this.#callOff();
    void this.#try();
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
