import { AppError } from "@/lib/app-error";
import type { EndReason } from "@/protocol/end-reason";
import type { JoinClaims } from "@/protocol/join-token";
import type { Permissions } from "@/protocol/permissions";
import type { Heartbeat, RelayReport } from "@/protocol/relay-api";
import type { RelayConfig } from "../config";
import { type Logger, scopedLogger } from "../logging";
import type { InterruptionCause, RelayCounts, RelayMetrics } from "../monitoring/metrics";
import type { WorkerPool } from "../workers/worker-pool";
import { DismissedObservers } from "./dismissed-observers";
import { EndedSessions } from "./ended-sessions";
import type { PeerIdentity } from "./joined-peer";
import type { PeerMedia } from "./peer-media";
import { Room, type RoomListener } from "./room";

/** Without the time, which is stamped when the event is queued. */
type ReportEvent = RelayReport["event"];
export type UnstampedEvent = ReportEvent extends infer E
  ? E extends ReportEvent
    ? Omit<E, "at">
    : never
  : never;

interface RegistryOptions {
  config: RelayConfig;
  workers: WorkerPool;
  metrics: RelayMetrics;
  logger: Logger;
  report: (event: UnstampedEvent) => void;
}

/** A session whose room died with its worker or was sent off, waiting for its two sides to come back, or for word of where they are. */
interface InterruptedSession {
  readonly permissions: Permissions;
  readonly bytesForwarded: number;
  readonly lostTimer: NodeJS.Timeout;
}

/** All sessions of this relay: at most one room each. */
export class RoomRegistry {
  readonly #options: RegistryOptions;
  readonly #logger: Logger;
  readonly #rooms = new Map<string, Room>();
  readonly #opening = new Map<string, Promise<Room>>();
  readonly #interrupted = new Map<string, InterruptedSession>();
  readonly #ended = new EndedSessions();
  readonly #dismissed = new DismissedObservers();
  readonly #listener: RoomListener;
  #draining = false;
  #closed = false;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#logger = scopedLogger(options.logger, "rooms");
    this.#listener = {
      peerJoined: (room, peer) => this.#told("joined", room, peer),
      peerLeft: (room, peer) => this.#told("left", room, peer),
      permissionsChanged: ({ sessionId, permissions }, by) =>
        options.report({ type: "permissions_changed", sessionId, permissions, ...(by && { by }) }),
      traffic: (traffic) => options.metrics.passed(traffic),
      abandoned: ({ sessionId }) => this.#finish(sessionId, "connection_lost"),
      workerDied: (room) => this.#interrupt(room, "worker_died"),
    };
  }

  /**
   * The room of the session that a token names, opened when there is none. The token's permissions count for a session that
   * this relay does not know; afterwards the customer's own choice holds, within what the newest token says may be granted.
   * Observers and tools open no room: whether a session is carried here is up to its two sides.
   *
   * @throws AppError SESSION_ENDED, RELAY_DRAINING for a session that is new to a relay that drains, UNAVAILABLE, FORBIDDEN
   */
  async roomFor(claims: JoinClaims): Promise<Room> {
    const { sub: sessionId, role, grantable } = claims;
    this.assertAdmitted(claims);
    const existing = this.#rooms.get(sessionId) ?? this.#opening.get(sessionId);
    if (existing !== undefined) {
      const room = await existing;
      if (role !== "observer") await room.restrict(grantable);
      return room;
    }
    if (role === "observer" || role === "tool") throw new AppError("UNAVAILABLE");
    if (this.#draining && !this.#interrupted.has(sessionId)) throw new AppError("RELAY_DRAINING");
    const opening = this.#open(claims).finally(() => this.#opening.delete(sessionId));
    this.#opening.set(sessionId, opening);
    return await opening;
  }

  /**
   * A ticket with which a side can come back without the management server, as long as the room is there. Observers get none:
   * whether they still may watch is asked each time.
   */
  issueTicket(room: Room, claims: JoinClaims): string | null {
    if (claims.role === "observer") return null;
    return `${room.sessionId}.${room.tickets.issue(claims)}`;
  }

  /**
   * Who comes back with a ticket, and into which room; the ticket is used up. What may be granted is as the room has it.
   *
   * @throws AppError TOKEN_INVALID
   */
  comeBack(ticket: string): { claims: JoinClaims; room: Room } {
    const [sessionId = "", secret = ""] = ticket.split(".");
    const room = this.#rooms.get(sessionId);
    const claims = room?.tickets.take(secret);
    if (room === undefined || claims === undefined) throw new AppError("TOKEN_INVALID");
    return { claims, room };
  }

  /**
   * Checks that the token of a moment ago still opens something. Asked again right before a peer enters, for everything before
   * that takes its time.
   *
   * @throws AppError SESSION_ENDED, RELAY_DRAINING, or FORBIDDEN for an observer who was sent away
   */
  assertAdmitted(claims: JoinClaims): void {
    this.#assertOpen(claims.sub);
    if (claims.role !== "observer") return;
    if (this.#dismissed.refuses(claims.sub, claims.observer.observerId, claims.iat)) {
      throw new AppError("FORBIDDEN");
    }
  }

  /** Whether sessions that are not here yet are refused. */
  get draining(): boolean {
    return this.#draining;
  }

  /** Sessions that are here, or may come back here. */
  get left(): number {
    return this.#rooms.size + this.#opening.size + this.#interrupted.size;
  }

  /** Takes no new sessions from now on. Those that are here go on, and their sides may come back. */
  drain(): void {
    this.#draining = true;
  }

  /**
   * Sends the sides of all sessions off to ask where to join, both of a session at the same time. What the customer permits is kept
   * for those that are sent back here; {@link release} tells of those that are not.
   */
  sendOff(): void {
    for (const room of [...this.#rooms.values()]) this.#interrupt(room, "drained");
  }

  /** Lets go of a session that goes on on another relay: whoever is still here is sent there. It has not ended. */
  release(sessionId: string): void {
    const room = this.#rooms.get(sessionId);
    if (this.#takeInterrupted(sessionId) === undefined && room === undefined) return;
    this.#rooms.delete(sessionId);
    this.#options.metrics.interrupted("moved");
    this.#logger.info({ sessionId }, "session moved to another relay");
    room?.close({ cause: "interrupted" }).catch(() => {});
  }

  isEnded(sessionId: string): boolean {
    return this.#ended.has(sessionId);
  }

  /**
   * Ends a session: both sides are told and their sockets closed. Does nothing but remember the end when the relay does not
   * carry the session, or when it has ended already.
   */
  end(sessionId: string, reason: EndReason): void {
    this.#ended.add(sessionId);
    this.#finish(sessionId, reason);
  }

  /**
   * Sends an observer away who may not watch any more, and keeps out whoever holds a token from before that.
   *
   * @param dismissedAtSeconds since 1970, by the clock that signs tokens
   */
  dismissObserver(sessionId: string, observerId: string, dismissedAtSeconds: number): void {
    this.#dismissed.add(sessionId, observerId, dismissedAtSeconds);
    this.#rooms.get(sessionId)?.dismiss(observerId);
  }

  /** What the heartbeat tells of each session. */
  async snapshot(): Promise<Heartbeat["sessions"]> {
    await Promise.allSettled([...this.#rooms.values()].map((room) => room.measureBytes()));
    const carried = [...this.#rooms.values()].map(({ sessionId, present, watching, bytesForwarded }) => ({
      sessionId,
      present,
      observers: watching.map(({ observer, signInId }) => ({ observerId: observer.observerId, signInId })),
      bytesForwarded,
    }));
    const interrupted = [...this.#interrupted].map(([sessionId, { bytesForwarded }]) => ({
      sessionId,
      present: [],
      observers: [],
      bytesForwarded,
    }));
    return [...carried, ...interrupted];
  }

  get counts(): Omit<RelayCounts, "checks" | "connections" | "workers" | "pendingReports"> {
    const counts = {
      sessions: this.#rooms.size,
      interruptedSessions: this.#interrupted.size,
      draining: this.#draining ? 1 : 0,
      peers: { operator: 0, customer: 0, observer: 0, tool: 0 },
      producers: 0,
      consumers: 0,
      dataProducers: 0,
      dataConsumers: 0,
    };
    for (const peer of [...this.#rooms.values()].flatMap((room) => room.peers)) {
      const of = peer.media.counts;
      counts.peers[peer.identity.role] += 1;
      counts.producers += of.producers;
      counts.consumers += of.consumers;
      counts.dataProducers += of.dataProducers;
      counts.dataConsumers += of.dataConsumers;
    }
    return counts;
  }

  /** Of everybody who has joined. */
  get media(): PeerMedia[] {
    return [...this.#rooms.values()].flatMap((room) => room.peers.map(({ media }) => media));
  }

  /** Closes every room; the sessions are not over, their sides are told to join again. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#draining = true;
    for (const sessionId of [...this.#interrupted.keys()]) this.#takeInterrupted(sessionId);
    const rooms = [...this.#rooms.values()];
    this.#rooms.clear();
    await Promise.allSettled(rooms.map((room) => room.close({ cause: "interrupted" })));
  }

  async #open(claims: JoinClaims): Promise<Room> {
    const { sub: sessionId, grantable } = claims;
    const worker = await this.#options.workers.pick();
    const interrupted = this.#takeInterrupted(sessionId);
    try {
      const room = await Room.create({
        sessionId,
        permissions: interrupted?.permissions ?? claims.permissions,
        grantable,
        bytesForwarded: Math.max(interrupted?.bytesForwarded ?? 0, claims.bytesForwarded),
        worker,
        media: this.#options.config.media,
        reconnectWindowMs: this.#options.config.limits.reconnectWindowMs,
        listener: this.#listener,
        logger: scopedLogger(this.#options.logger, "room", { sessionId }),
      });
      try {
        this.#assertOpen(sessionId);
      } catch (error) {
        await room.close({ cause: "interrupted" });
        throw error;
      }
      this.#rooms.set(sessionId, room);
      return room;
    } catch (error) {
      // The customer's choice must survive a second worker that dies at the wrong moment.
      if (interrupted !== undefined && !this.isEnded(sessionId) && !this.#closed) {
        this.#keepInterrupted(sessionId, interrupted.permissions, interrupted.bytesForwarded);
      }
      if (error instanceof AppError) throw error;
      throw new AppError("UNAVAILABLE", { cause: error });
    }
  }

  /**
   * Lets go of a session. Unlike {@link end} it does not keep its sides out: one that nobody came back to may live on, on
   * another relay, and be sent here again.
   */
  #finish(sessionId: string, reason: EndReason): void {
    if (!this.#rooms.has(sessionId) && !this.#interrupted.has(sessionId)) return;
    this.#options.metrics.sessionEnded(reason);
    this.#logger.info({ sessionId, reason }, "session ended");
    const room = this.#rooms.get(sessionId);
    const interrupted = this.#takeInterrupted(sessionId);
    this.#rooms.delete(sessionId);
    const report = (bytesForwarded: number) =>
      this.#options.report({ type: "session_ended", sessionId, reason, bytesForwarded });
    if (room === undefined) {
      report(interrupted?.bytesForwarded ?? 0);
      return;
    }
    const told = () => report(room.bytesForwarded);
    room.close({ cause: "ended", reason }).then(told, told);
  }

  #interrupt(room: Room, cause: InterruptionCause): void {
    if (this.#rooms.get(room.sessionId) !== room) return;
    this.#options.metrics.interrupted(cause);
    this.#rooms.delete(room.sessionId);
    this.#keepInterrupted(room.sessionId, room.permissions, room.bytesForwarded);
    // What a living worker measures last is missing: its session goes on with the count of the last heartbeat.
    room.close({ cause: "interrupted" }).catch(() => {});
  }

  #keepInterrupted(sessionId: string, permissions: Permissions, bytesForwarded: number): void {
    const lostTimer = setTimeout(
      () => this.#finish(sessionId, "connection_lost"),
      this.#options.config.limits.reconnectWindowMs,
    );
    this.#interrupted.set(sessionId, { permissions, bytesForwarded, lostTimer });
  }

  #takeInterrupted(sessionId: string): InterruptedSession | undefined {
    const interrupted = this.#interrupted.get(sessionId);
    if (interrupted === undefined) return undefined;
    clearTimeout(interrupted.lostTimer);
    this.#interrupted.delete(sessionId);
    return interrupted;
  }

  #told(what: "joined" | "left", { sessionId }: Room, peer: PeerIdentity): void {
    const { role } = peer;
    if (what === "joined") this.#options.metrics.joins.inc({ role });
    if (role === "observer") {
      const { observer, signInId } = peer;
      const { observerId } = observer;
      this.#options.report({ type: `observer_${what}`, sessionId, observerId, signInId });
    } else if (role === "tool") {
      this.#options.report({ type: `tool_${what}`, sessionId });
    } else {
      this.#options.report({ type: `peer_${what}`, sessionId, role });
    }
  }

  #assertOpen(sessionId: string): void {
    if (this.#closed) throw new AppError("RELAY_DRAINING");
    if (this.#ended.has(sessionId)) throw new AppError("SESSION_ENDED");
  }
}
