import type { Router, WebRtcTransport } from "mediasoup/types";
import { AppError } from "@/lib/app-error";
import type { EndReason } from "@/protocol/end-reason";
import type { Permissions } from "@/protocol/permissions";
import { otherRole, type Role } from "@/protocol/roles";
import type { SignallingNotification } from "@/protocol/signalling";
import type { MediaConfig } from "../config";
import type { Logger } from "../logging";
import type { MediaWorker } from "../workers/media-worker";
import { LONGEST_CHANNEL_MESSAGE_BYTES } from "./channel-policy";
import type { JoinedPeer } from "./joined-peer";
import { PeerMedia } from "./peer-media";

/** SCTP streams a side may use each way; mediasoup-client counts its stream ids up to this number. */
const SCTP_STREAMS = 1024;

/** Why a room closed. */
export type RoomClosure =
  | { cause: "ended"; reason: EndReason }
  /** Its worker died, or the relay is going away: the session goes on elsewhere. */
  | { cause: "interrupted" };

/** What a room tells its owner. */
export interface RoomObserver {
  peerJoined(room: Room, role: Role): void;
  peerLeft(room: Room, role: Role): void;
  permissionsChanged(room: Room): void;
  bytesForwarded(bytes: number): void;
  /** Nobody came, or came back, for the time that an empty room is kept. */
  abandoned(room: Room): void;
  workerDied(room: Room): void;
}

interface RoomOptions {
  sessionId: string;
  permissions: Permissions;
  /** Forwarded for this session in an earlier room. */
  bytesForwarded: number;
  worker: MediaWorker;
  media: MediaConfig;
  emptyTtlMs: number;
  observer: RoomObserver;
  logger: Logger;
}

/** One support session on this relay: a router, at most one peer a role, and what the customer permits. */
export class Room {
  readonly sessionId: string;
  readonly #router: Router;
  readonly #options: RoomOptions;
  readonly #peers = new Map<Role, JoinedPeer>();
  readonly #measures = new Set<Promise<void>>();
  #permissions: Permissions;
  #bytesForwarded: number;
  #emptyTimer: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(options: RoomOptions, router: Router) {
    this.sessionId = options.sessionId;
    this.#options = options;
    this.#router = router;
    this.#permissions = options.permissions;
    this.#bytesForwarded = options.bytesForwarded;
    router.once("workerclose", () => {
      if (!this.#closed) options.observer.workerDied(this);
    });
    this.#watchEmptiness();
  }

  static async create(options: RoomOptions): Promise<Room> {
    return new Room(options, await options.worker.openRouter());
  }

  get closed(): boolean {
    return this.#closed;
  }

  get permissions(): Permissions {
    return this.#permissions;
  }

  /** The roles that are connected now. */
  get present(): Role[] {
    return [...this.#peers.keys()];
  }

  get peers(): JoinedPeer[] {
    return [...this.#peers.values()];
  }

  /** As last measured. */
  get bytesForwarded(): number {
    return this.#bytesForwarded;
  }

  get rtpCapabilities(): Router["rtpCapabilities"] {
    return this.#router.rtpCapabilities;
  }

  /**
   * Makes the transports of a side that is about to join.
   *
   * @throws AppError UNAVAILABLE when the room closes meanwhile
   */
  async createMedia(role: Role, notify: (notification: SignallingNotification) => void): Promise<PeerMedia> {
    const made = await Promise.allSettled([this.#createSendTransport(), this.#createTransport()]);
    const transports = made.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const [sendTransport, recvTransport] = transports;
    if (sendTransport === undefined || recvTransport === undefined || this.#closed) {
      for (const transport of transports) transport.close();
      throw new AppError("UNAVAILABLE");
    }
    return new PeerMedia({
      role,
      router: this.#router,
      sendTransport,
      recvTransport,
      notify,
      onBytesForwarded: (bytes) => {
        this.#bytesForwarded += bytes;
        this.#options.observer.bytesForwarded(bytes);
      },
    });
  }

  /** Lets a peer in; the same role's earlier one is replaced. Call {@link announce} once the peer has its answer. */
  add(peer: JoinedPeer): void {
    if (this.#closed) throw new AppError("UNAVAILABLE");
    const earlier = this.#peers.get(peer.role);
    this.#peers.set(peer.role, peer);
    this.#watchEmptiness();
    if (earlier !== undefined) {
      earlier.close({ by: "replacement" });
      this.#left(earlier);
    }
  }

  announce(peer: JoinedPeer): void {
    this.#peers.get(otherRole(peer.role))?.notify({ type: "notification", event: "otherJoined" });
    this.#options.observer.peerJoined(this, peer.role);
  }

  /** Takes out a peer whose socket closed. */
  remove(peer: JoinedPeer): void {
    if (this.#peers.get(peer.role) !== peer) return;
    this.#peers.delete(peer.role);
    this.#left(peer);
    this.#watchEmptiness();
  }

  has(role: Role): boolean {
    return this.#peers.has(role);
  }

  /** Makes whatever consumers are missing between the two sides. A failure on one path does not stop the other. */
  async connectStreams(): Promise<void> {
    const [a, b] = this.#peers.values();
    if (a === undefined || b === undefined) return;
    const results = await Promise.allSettled([
      a.media.receiveFrom(b.media, () => this.#permissions),
      b.media.receiveFrom(a.media, () => this.#permissions),
    ]);
    for (const result of results) {
      if (result.status === "rejected" && !this.#closed) {
        this.#options.logger.warn({ reason: String(result.reason) }, "a stream cannot be forwarded");
      }
    }
  }

  /** What the customer permits from now on. When this resolves, nothing that was revoked passes any more. */
  async setPermissions(permissions: Permissions): Promise<void> {
    this.#permissions = permissions;
    await Promise.allSettled(this.peers.map((peer) => peer.media.applyPermissions(permissions)));
    if (this.#closed) return;
    for (const peer of this.#peers.values()) {
      peer.notify({ type: "notification", event: "permissionsChanged", permissions });
    }
    this.#options.observer.permissionsChanged(this);
  }

  /** Brings {@link bytesForwarded} up to date. */
  async measureBytes(): Promise<void> {
    await Promise.allSettled([...this.peers.map((peer) => peer.media.measureBytes()), ...this.#measures]);
  }

  /** Closes the peers, then the router. Closing is immediate; resolves when the last traffic has been measured. */
  async close(closure: RoomClosure): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      clearTimeout(this.#emptyTimer);
      const peers = this.peers;
      this.#peers.clear();
      for (const peer of peers) {
        peer.close(
          closure.cause === "ended" ? { by: "end", reason: closure.reason } : { by: "interruption" },
        );
        this.#left(peer);
      }
      this.#router.close();
    }
    await Promise.all(this.#measures);
  }

  #left(peer: JoinedPeer): void {
    const measure = peer.media.close().finally(() => this.#measures.delete(measure));
    this.#measures.add(measure);
    const replaced = this.#peers.has(peer.role);
    if (!replaced)
      this.#peers.get(otherRole(peer.role))?.notify({ type: "notification", event: "otherLeft" });
    this.#options.observer.peerLeft(this, peer.role);
  }

  #watchEmptiness(): void {
    clearTimeout(this.#emptyTimer);
    if (this.#peers.size > 0 || this.#closed) return;
    this.#emptyTimer = setTimeout(() => this.#options.observer.abandoned(this), this.#options.emptyTtlMs);
  }

  /** The transport that a browser sends over: it may not send more than the relay wants to carry. */
  async #createSendTransport(): Promise<WebRtcTransport> {
    const transport = await this.#createTransport();
    try {
      await transport.setMaxIncomingBitrate(this.#options.media.maxIncomingBitrateBps);
      return transport;
    } catch (error) {
      transport.close();
      throw error;
    }
  }

  #createTransport(): Promise<WebRtcTransport> {
    return this.#router.createWebRtcTransport({
      webRtcServer: this.#options.worker.webRtcServer,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      initialAvailableOutgoingBitrate: this.#options.media.initialOutgoingBitrateBps,
      enableSctp: true,
      numSctpStreams: { OS: SCTP_STREAMS, MIS: SCTP_STREAMS },
      maxSctpMessageSize: LONGEST_CHANNEL_MESSAGE_BYTES,
    });
  }
}
