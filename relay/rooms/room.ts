import type { Router } from "mediasoup/types";
import { AppError } from "@/lib/app-error";
import type { EndReason } from "@/protocol/end-reason";
import { type Permissions, restrictPermissions, samePermissions } from "@/protocol/permissions";
import { type JoinRole, MAX_OBSERVERS, type Observer, type Role } from "@/protocol/roles";
import type { SignallingNotification } from "@/protocol/signalling";
import type { MediaConfig } from "../config";
import type { Logger } from "../logging";
import type { MediaWorker } from "../workers/media-worker";
import { Absences } from "./absences";
import type { BulkTransports } from "./bulk-transports";
import { CarriedChannels, type CarryingSocket } from "./carried-channels";
import type { JoinedPeer, PeerIdentity } from "./joined-peer";
import { PeerMedia } from "./peer-media";
import type { PermissionsChange } from "./permissions-change";
import { isSide, Places } from "./places";
import { Presence } from "./presence";
import { RoomTransports } from "./room-transports";
import { Tickets } from "./tickets";
import type { Traffic } from "./transport-meter";

/** Why a room closed. */
export type RoomClosure =
  | { cause: "ended"; reason: EndReason }
  /** Its worker died, or the relay is going away: the session goes on elsewhere. */
  | { cause: "interrupted" };

/** What a room tells its owner. */
export interface RoomListener {
  peerJoined(room: Room, peer: PeerIdentity): void;
  peerLeft(room: Room, peer: PeerIdentity): void;
  /** @param by who made them so, where it was not the customer's page or the company's rules */
  permissionsChanged(room: Room, by?: "tool"): void;
  traffic(traffic: Traffic): void;
  /** A side did not come, or come back, within the time that it had. */
  abandoned(room: Room): void;
  workerDied(room: Room): void;
}

interface RoomOptions {
  sessionId: string;
  permissions: Permissions;
  /** What the customer may grant at all. */
  grantable: Permissions;
  /** Forwarded for this session in an earlier room. */
  bytesForwarded: number;
  worker: MediaWorker;
  media: MediaConfig;
  /** How long either side may be away. */
  reconnectWindowMs: number;
  listener: RoomListener;
  logger: Logger;
}

/**
 * One support session on this relay: a router, at most one peer a side, at most one Client Tool, a few observers, and what the
 * customer permits. Observers and tools come and go without any effect on the session: it lives and dies with its two sides.
 */
export class Room {
  readonly sessionId: string;
  readonly #router: Router;
  readonly #transports: RoomTransports;
  readonly #options: RoomOptions;
  readonly #places = new Places();
  readonly tickets = new Tickets();
  readonly #measures = new Set<Promise<void>>();
  #permissions: Permissions;
  #grantable: Permissions;
  #bytesForwarded: number;
  readonly #absences: Absences;
  readonly #presence: Presence;
  #closed = false;

  private constructor(options: RoomOptions, router: Router) {
    this.sessionId = options.sessionId;
    this.#options = options;
    this.#router = router;
    this.#transports = new RoomTransports(router, options.worker.webRtcServer, options.media);
    this.#grantable = options.grantable;
    this.#permissions = restrictPermissions(options.permissions, options.grantable);
    this.#bytesForwarded = options.bytesForwarded;
    router.once("workerclose", () => {
      if (!this.#closed) options.listener.workerDied(this);
    });
    const { reconnectWindowMs, listener } = options;
    this.#absences = new Absences({ reconnectWindowMs, onAbandoned: () => listener.abandoned(this) });
    this.#presence = new Presence(this.#places, this.#absences);
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

  /** The sides that are connected now. */
  get present(): Role[] {
    return [...this.#places.sides.keys()];
  }

  /** Everybody who is connected now. */
  get peers(): JoinedPeer[] {
    return this.#places.everybody;
  }

  /** Whether the Client Tool is connected now. */
  get toolPresent(): boolean {
    return this.#places.tool !== undefined;
  }

  /** Who watches, as everybody is told. */
  get observers(): Observer[] {
    return this.#presence.observers;
  }

  /** Who watches, and with which sign-in. */
  get watching(): Places["watching"] {
    return this.#places.watching;
  }

  /** As last measured. */
  get bytesForwarded(): number {
    return this.#bytesForwarded;
  }

  get reconnectWindowMs(): number {
    return this.#options.reconnectWindowMs;
  }

  get rtpCapabilities(): Router["rtpCapabilities"] {
    return this.#router.rtpCapabilities;
  }

  /**
   * Makes the transports of a peer that is about to join: one to receive on, and, except for observers, one to send on.
   *
   * @throws AppError UNAVAILABLE when the room closes meanwhile
   */
  async createMedia(
    role: JoinRole,
    notify: (notification: SignallingNotification) => void,
  ): Promise<PeerMedia> {
    const { sendTransport, recvTransport } = await this.#transports.session(role);
    if (this.#closed) {
      sendTransport?.close();
      recvTransport.close();
      throw new AppError("UNAVAILABLE");
    }
    return new PeerMedia({
      role,
      router: this.#router,
      sendTransport,
      recvTransport,
      notify,
      onTraffic: (traffic) => {
        if (traffic.way === "out") this.#bytesForwarded += traffic.sentBytes;
        this.#options.listener.traffic(traffic);
      },
    });
  }

  /**
   * Makes the transports for a side's bulk data, in the place of earlier ones.
   *
   * @throws AppError PERMISSION_DENIED without the permission `file`; UNAVAILABLE when the peer leaves meanwhile
   */
  async openBulk({ media }: JoinedPeer): Promise<Pick<BulkTransports, "sendTransport" | "recvTransport">> {
    if (!this.#permissions.file) throw new AppError("PERMISSION_DENIED");
    const transports = await this.#transports.bulk();
    if (media.closed) {
      transports.sendTransport.close();
      transports.recvTransport.close();
      throw new AppError("UNAVAILABLE");
    }
    media.setBulk(transports);
    return transports;
  }

  /**
   * Closes a tool's transports; its channels are carried over the socket from now on. Does nothing when they are already.
   *
   * @throws AppError UNAVAILABLE when the room closes meanwhile
   */
  async carry({ identity, media }: JoinedPeer, socket: CarryingSocket): Promise<void> {
    if (media.carried !== undefined) return;
    const transport = await this.#transports.direct();
    await media.carry((onTraffic) =>
      CarriedChannels.open({ role: identity.role, transport, socket, onTraffic }),
    );
  }

  /** Tells the other side that this one is ready for bulk data. */
  announceBulk({ identity }: JoinedPeer): void {
    this.#presence.announceBulk(identity);
  }

  /**
   * Lets a peer in; an earlier one of the same side, or of the same observer, or an earlier tool, is replaced. Call {@link announce} once the
   * peer has its answer.
   *
   * @throws AppError UNAVAILABLE when the room has closed, OBSERVER_LIMIT
   */
  add(peer: JoinedPeer): void {
    if (this.#closed) throw new AppError("UNAVAILABLE");
    const earlier = this.#places.of(peer.identity);
    const isFull = this.#places.observers.size >= MAX_OBSERVERS;
    if (peer.identity.role === "observer" && earlier === undefined && isFull) {
      throw new AppError("OBSERVER_LIMIT");
    }
    this.#places.put(peer);
    if (isSide(peer.identity)) this.#absences.end(peer.identity.role);
    if (earlier !== undefined) {
      earlier.close({ by: "replacement" });
      this.#left(earlier);
    }
  }

  /** Tells everybody else that the peer is there. */
  announce(peer: JoinedPeer): void {
    const { identity } = peer;
    this.#tellOf(identity, peer);
    if (identity.role === "tool" && this.#absences.has("customer")) void this.#guardMachine();
    this.#presence.tellPictureCodecs();
    this.#options.listener.peerJoined(this, identity);
  }

  /** Takes out a peer whose socket closed. */
  remove(peer: JoinedPeer): void {
    const { identity } = peer;
    if (this.#places.of(identity) !== peer) return;
    this.#places.vacate(identity);
    if (isSide(identity)) this.#absences.begin(identity.role);
    this.#left(peer);
  }

  /**
   * Nothing is heard of a peer, or it is heard again. What belongs to it stays as it is: a connection that was only
   * interrupted goes on where it was.
   */
  heard(peer: JoinedPeer, isHeard: boolean): void {
    const { identity } = peer;
    if (!isSide(identity) || this.#places.sides.get(identity.role) !== peer) return;
    if (isHeard === !this.#absences.has(identity.role)) return;
    if (isHeard) this.#absences.end(identity.role);
    else this.#absences.begin(identity.role);
    this.#tellOf(identity);
  }

  /** Sends an observer away who may not watch any more; does nothing when nobody of that id watches. */
  dismiss(observerId: string): void {
    const peer = this.#places.observers.get(observerId);
    if (peer === undefined) return;
    this.remove(peer);
    peer.close({ by: "dismissal" });
  }

  /** Null while the side is there; else how soon the session ends unless it comes. */
  endsInMs(role: Role): number | null {
    return this.#absences.endsInMs(role);
  }

  /** Makes whatever consumers are missing, from everybody who sends to everybody who may receive it. */
  async connectStreams(): Promise<void> {
    this.#presence.tellPictureCodecs();
    const { peers } = this;
    const ways = peers.flatMap((sender) =>
      peers
        .filter((receiver) => receiver !== sender)
        .map((receiver) => receiver.media.receiveFrom(sender.media, () => this.#permissionsOf(receiver))),
    );
    // A failure on one path does not stop the others.
    for (const result of await Promise.allSettled(ways)) {
      if (result.status === "rejected" && !this.#closed) {
        this.#options.logger.warn({ reason: String(result.reason) }, "a stream cannot be forwarded");
      }
    }
  }

  /**
   * What the customer may grant from now on. What was granted and is not grantable any more is taken back.
   */
  async restrict(grantable: Permissions): Promise<void> {
    this.#grantable = grantable;
    const left = restrictPermissions(this.#permissions, grantable);
    if (!samePermissions(left, this.#permissions)) await this.setPermissions(left);
  }

  /**
   * What the customer permits from now on. When this resolves, nothing that was revoked passes any more.
   *
   * @throws AppError PERMISSION_DENIED when that is more than may be granted; nothing has changed then
   */
  async setPermissions(
    permissions: Permissions,
    { by, isDeclined = false }: PermissionsChange = {},
  ): Promise<void> {
    if (!samePermissions(permissions, restrictPermissions(permissions, this.#grantable))) {
      throw new AppError("PERMISSION_DENIED");
    }
    this.#permissions = permissions;
    await Promise.allSettled(
      this.peers.map((peer) => peer.media.applyPermissions(this.#permissionsOf(peer))),
    );
    if (this.#closed) return;
    this.#presence.tell({ type: "notification", event: "permissionsChanged", permissions, isDeclined });
    this.#options.listener.permissionsChanged(this, by);
  }

  /**
   * Takes back what lets somebody into the customer's machine: control, and with it the clipboard. When this resolves, nothing of
   * either passes any more; what was not granted stays as it is.
   */
  async revokeControl(change: PermissionsChange = {}): Promise<void> {
    const left = { ...this.#permissions, control: false, clipboard: false };
    if (!samePermissions(left, this.#permissions)) await this.setPermissions(left, change);
  }

  /** Brings {@link bytesForwarded} up to date. */
  async measureBytes(): Promise<void> {
    await Promise.allSettled([...this.peers.map((peer) => peer.media.measureBytes()), ...this.#measures]);
  }

  /** Closes the peers, then the router. Closing is immediate; resolves when the last traffic has been measured. */
  async close(closure: RoomClosure): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#absences.close();
      const peers = this.peers;
      this.#places.clear();
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
    const { identity } = peer;
    const measure = peer.media.close().finally(() => this.#measures.delete(measure));
    this.#measures.add(measure);
    // One that was replaced is still there, as far as others are concerned.
    if (this.#places.of(identity) === undefined) {
      this.#tellOf(identity);
      this.#presence.tellPictureCodecs();
    }
    this.#options.listener.peerLeft(this, identity);
  }

  #tellOf(identity: PeerIdentity, except?: JoinedPeer): void {
    this.#presence.tellOf(identity, except);
    if (identity.role === "customer") void this.#guardMachine();
  }

  /** What a peer may have at this moment: no machine is controlled whose customer is not there to see it and to say no. */
  #permissionsOf({ identity }: JoinedPeer): Permissions {
    const isUnwatched = identity.role === "tool" && this.#absences.has("customer");
    return isUnwatched ? { ...this.#permissions, control: false, clipboard: false } : this.#permissions;
  }

  /** The customer's page came or is gone: the tool goes on when what it needs passes again, or lets go of everything at once. */
  async #guardMachine(): Promise<void> {
    const { tool } = this.#places;
    if (tool === undefined || this.#closed) return;
    const isUnwatched = () => this.#absences.has("customer");
    const tell = (isPresent: boolean) =>
      tool.notify({ type: "notification", event: "customerPresence", isPresent });
    if (isUnwatched()) tell(false);
    // A worker that cannot be asked has nothing to let through either.
    await tool.media.applyPermissions(this.#permissionsOf(tool)).catch(() => {});
    if (!isUnwatched() && this.#places.tool === tool) tell(true);
  }
}
