import { setTimeout as pause } from "node:timers/promises";
import { AppError } from "@/lib/app-error";
import { type ErrorCode, isErrorCode } from "@/lib/error-table";
import type { ChannelLabel } from "@/protocol/data-channels";
import type { EndReason } from "@/protocol/end-reason";
import type { RelayAssignment, RelayTrouble } from "@/protocol/join-token";
import type { Permissions } from "@/protocol/permissions";
import { closeCodes } from "@/protocol/signalling";
import type { Network } from "../network/network";
import type { ManagementServer } from "../pairing/management-server";
import { failureOf, ToolFailure } from "../tool-failure";
import { type ChannelWay, type LinkLoss, type LinkTiming, RelayLink, usualTiming } from "./relay-link";

/** Somebody waits in front of the window for the first connection. */
const GIVE_UP_FIRST_AFTER_MS = 30_000;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
/** Pauses vary by this share, so that the tools of a hundred sessions do not knock at the same instant. */
const JITTER = 0.2;

/** What a relay says that no other try can change. Of everything else the management server knows more. */
const finalRefusals: readonly ErrorCode[] = ["PROTOCOL_VERSION", "ORIGIN_REFUSED", "SESSION_ENDED"];

interface ToolSessionHandlers {
  /** A message of a channel that the tool receives. */
  onMessage: (label: ChannelLabel, message: string) => void;
  onPermissions: (permissions: Permissions) => void;
  /** Whether the operator is there: at first, at every change, and when a console is there anew. */
  onOperator: (isPresent: boolean) => void;
  /** Whether the customer's page is there: at first, and at every change. */
  onCustomer: (isPresent: boolean) => void;
  /** Joined, at first or again. */
  onLive: () => void;
  /** Somebody listens who has not heard how the tool is. */
  onListener: () => void;
  /** Nothing comes through any more for now. */
  onInterrupted: () => void;
}

interface ToolSessionOptions {
  server: Pick<ManagementServer, "origin" | "join">;
  network: Network;
  toolSecret: string;
  timing?: Partial<LinkTiming> | undefined;
  print: (line: string) => void;
  handlers: ToolSessionHandlers;
}

/** How a session ended for the tool; `left`: the tool went of its own accord. */
export type SessionOutcome = { by: "session"; reason: EndReason | null } | { by: "left" };

/**
 * The tool's place in its session: joins, comes back by the relay's ticket or by the management server's word for as long as the session
 * lasts, and goes where that sends it.
 */
export class ToolSession {
  readonly #options: ToolSessionOptions;
  #link: RelayLink | null = null;
  #assignment: RelayAssignment | null = null;
  #ticket: string | null = null;
  #trouble: RelayTrouble | undefined;
  /** How long a session waits for who is away: nobody can be asked about it afterwards. Null before the first joining. */
  #patienceMs: number | null = null;
  /** What has got through to a relay on this network. */
  #way: ChannelWay = "udp";
  /** The customer has taken control back, and the relay has not confirmed it yet: nothing that it says of control counts before. */
  #revoking: Promise<void> | null = null;
  #mustRevoke = false;
  #permissions: Permissions | null = null;

  constructor(options: ToolSessionOptions) {
    this.#options = options;
  }

  /** What carries the channels, now or the last time. */
  get way(): ChannelWay {
    return this.#link?.way ?? this.#way;
  }

  get #hasBeenLive(): boolean {
    return this.#patienceMs !== null;
  }

  /** @returns false when there is no connection just now: nothing was sent */
  send(label: ChannelLabel, message: object): boolean {
    return this.#link?.send(label, message) ?? false;
  }

  /** Takes control and clipboard back: here at once, at the relay as soon as it can be told. */
  revokeControl(): void {
    this.#mustRevoke = true;
    if (this.#permissions) this.#options.handlers.onPermissions(this.#masked(this.#permissions));
    void this.#revoke();
  }

  /**
   * Stays in the session until it ends or the signal is given.
   *
   * @throws ToolFailure when it cannot be joined, or not any more
   */
  async run(signal: AbortSignal): Promise<SessionOutcome> {
    let attempts = 0;
    let lostAtMs = performance.now();
    while (!signal.aborted) {
      try {
        const link = await this.#connect(signal);
        attempts = 0;
        const loss = await this.#stay(link, signal);
        if (signal.aborted) break;
        if (loss.why === "ended") return { by: "session", reason: loss.reason };
        lostAtMs = performance.now();
        this.#judge(loss);
      } catch (error) {
        if (signal.aborted) break;
        const failure = failureOf(error);
        if (this.#hasBeenLive && failure.kind === "sessionEnded") return { by: "session", reason: null };
        if (this.#isFinal(error)) throw failure;
        if (performance.now() - lostAtMs > (this.#patienceMs ?? GIVE_UP_FIRST_AFTER_MS)) {
          throw new ToolFailure(this.#hasBeenLive ? "connectionLost" : "noRelay", { cause: error });
        }
      }
      attempts += 1;
      await pause(pauseMs(attempts), undefined, { signal }).catch(() => {});
    }
    return { by: "left" };
  }

  /** @returns when the link is lost, or the signal given */
  async #stay(link: RelayLink, signal: AbortSignal): Promise<LinkLoss> {
    this.#link = link;
    this.#ticket = link.ticket;
    this.#trouble = undefined;
    this.#patienceMs = link.reconnectWindowMs;
    this.#way = link.way;
    const leave = () => link.abandon();
    signal.addEventListener("abort", leave);
    if (signal.aborted) leave();
    try {
      this.#options.handlers.onLive();
      if (this.#mustRevoke) void this.#revoke();
      return await link.lost;
    } finally {
      signal.removeEventListener("abort", leave);
      link.close();
      this.#link = null;
      this.#options.handlers.onInterrupted();
    }
  }

  /** By the relay's own ticket if there is one, else as the management server says. */
  async #connect(signal: AbortSignal): Promise<RelayLink> {
    const ticket = this.#ticket;
    this.#ticket = null;
    if (ticket !== null && this.#assignment !== null) {
      try {
        return await this.#join({ signallingUrl: this.#assignment.signallingUrl, ticket }, signal);
      } catch (error) {
        if (signal.aborted) throw error;
        if (!(error instanceof AppError))
          this.#trouble = { relayId: this.#assignment.relayId, kind: "unreachable" };
      }
    }
    const { server, toolSecret } = this.#options;
    this.#assignment = await this.#fromManagement(() => server.join(toolSecret, this.#trouble, signal));
    const { signallingUrl, token, relayId } = this.#assignment;
    try {
      return await this.#join({ signallingUrl, token }, signal);
    } catch (error) {
      // One that answers is there, whatever it says: it may wait for the session's two sides to come first.
      if (!(error instanceof AppError)) this.#trouble = { relayId, kind: "unreachable" };
      throw error;
    }
  }

  async #join(entry: Parameters<typeof RelayLink.join>[0], signal: AbortSignal): Promise<RelayLink> {
    const { server, network, handlers, print } = this.#options;
    const timing = { ...usualTiming, ...this.#options.timing };
    return await RelayLink.join(
      entry,
      {
        onMessage: handlers.onMessage,
        onOperator: handlers.onOperator,
        onCustomer: handlers.onCustomer,
        onListener: handlers.onListener,
        onPermissions: (permissions) => {
          this.#permissions = permissions;
          handlers.onPermissions(this.#masked(permissions));
        },
      },
      { network, origin: server.origin, way: this.#way, timing, print, signal },
    );
  }

  async #fromManagement<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      // What the management server refuses, it will refuse again; only what is too much or too busy passes.
      if (error instanceof AppError && error.status < 500 && error.status !== 429) throw failureOf(error);
      throw error;
    }
  }

  #isFinal(error: unknown): boolean {
    if (error instanceof ToolFailure) return true;
    if (error instanceof AppError) return finalRefusals.includes(error.code);
    // A network that wants a sign-in first shows a certificate of its own for a while.
    return !this.#hasBeenLive && ["certificate", "clock"].includes(failureOf(error).kind);
  }

  /** @throws ToolFailure, AppError when there is no way back */
  #judge(loss: Exclude<LinkLoss, { why: "ended" }>): void {
    const relayId = this.#assignment?.relayId;
    if (loss.why === "closed") {
      const { code, reason } = loss.closure;
      if (code === closeCodes.replaced) throw new ToolFailure("replaced");
      if (code === closeCodes.sessionEnded) throw new AppError("SESSION_ENDED");
      if (code === closeCodes.refused && isErrorCode(reason)) throw new AppError(reason);
      // A relay that sends its sessions off may want them elsewhere: the management server knows.
      if (code === closeCodes.rejoin) this.#ticket = null;
      else if (relayId !== undefined) this.#trouble = { relayId, kind: "broken" };
      return;
    }
    // Another network may let through what the one before did not.
    this.#way = "udp";
    if (relayId !== undefined) this.#trouble = { relayId, kind: "broken" };
  }

  #masked(permissions: Permissions): Permissions {
    return this.#mustRevoke ? { ...permissions, control: false, clipboard: false } : permissions;
  }

  /** What cannot be told now is told with the next joining. */
  #revoke(): Promise<void> {
    const link = this.#link;
    this.#revoking ??= (async () => {
      try {
        if (link === null) return;
        await link.revokeControl();
        this.#mustRevoke = false;
      } catch {
        // The link is broken, or about to be found so: #mustRevoke stays.
        link?.abandon();
      } finally {
        this.#revoking = null;
      }
    })();
    return this.#revoking;
  }
}

/** @param attempt tries so far, from 1 */
function pauseMs(attempt: number): number {
  const planned = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempt - 1));
  return Math.round(planned * (1 + JITTER * (2 * Math.random() - 1)));
}
