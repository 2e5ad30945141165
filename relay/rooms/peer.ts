import type { WebRtcTransport } from "mediasoup/types";
import { AppError } from "@/lib/app-error";
import { assertUnreachable } from "@/lib/assert-unreachable";
import type { ErrorCode } from "@/lib/error-table";
import type { EndReason } from "@/protocol/end-reason";
import type { JoinClaims } from "@/protocol/join-token";
import type { Permissions } from "@/protocol/permissions";
import type { JoinRole } from "@/protocol/roles";
import {
  type CarriedMessage,
  closeCodes,
  type RelayMessage,
  SIGNALLING_PROTOCOL_VERSION,
  type SignallingInput,
  type SignallingNotification,
  type SignallingOutput,
} from "@/protocol/signalling";
import type { PublicCandidates } from "../front/public-candidates";
import type { Leave, Visit, VisitBook } from "../monitoring/visit";
import type { TokenVerifier } from "../tokens/token-verifier";
import type { CarryingSocket } from "./carried-channels";
import type { JoinedPeer, PeerClosure, PeerIdentity } from "./joined-peer";
import type { PeerMedia } from "./peer-media";
import type { Room } from "./room";
import type { RoomRegistry } from "./room-registry";

/** As much of a WebSocket as a peer needs. */
export interface PeerSocket extends CarryingSocket {
  send(message: RelayMessage | CarriedMessage): void;
  close(code: number, reason: string): void;
}

interface PeerOptions {
  socket: PeerSocket;
  tokens: TokenVerifier;
  registry: RoomRegistry;
  candidates: PublicCandidates;
  visits: VisitBook;
  isDraining: () => boolean;
  joinTimeoutMs: number;
  /** Told once, when the peer has joined or can no longer do so. */
  onSettled: () => void;
  /** Told of each refusal that closes the connection. */
  onRefused: (code: ErrorCode, claims: { sessionId?: string; role?: JoinRole }) => void;
}

type PeerState =
  | { phase: "connected"; joinTimer: NodeJS.Timeout }
  | { phase: "joined"; room: Room; member: JoinedPeer; visit: Visit }
  | { phase: "closed" };

/** Media is expected within the first time of a socket's silence; where it was heard meanwhile, the second time is waited for more. */
const MEDIA_QUIET_MS = { atFirst: 500, afterwards: 2_000 };

/** What has come over the media transports since the socket fell silent. */
interface Silence {
  receivedBytes: number | null;
  quietSinceMs: number;
  patienceMs: number;
}

/** A joined peer's view of itself, for the requests that need one. */
export interface Membership {
  readonly room: Room;
  readonly role: JoinRole;
  readonly media: PeerMedia;
}

/**
 * One connection: first only a socket, then one side of a session, an observer of it, or its Client Tool. Who it is comes from its
 * token alone.
 */
export class Peer {
  readonly #options: PeerOptions;
  #state: PeerState;
  #silence: Silence | null = null;
  /** By its own word. */
  #isMediaLost = false;

  private constructor(options: PeerOptions) {
    this.#options = options;
    const joinTimer = setTimeout(() => this.refuse("UNAUTHENTICATED"), options.joinTimeoutMs);
    this.#state = { phase: "connected", joinTimer };
  }

  static create(options: PeerOptions): Peer {
    return new Peer(options);
  }

  get phase(): PeerState["phase"] {
    return this.#state.phase;
  }

  /**
   * What this peer is in its session.
   *
   * @throws AppError UNAUTHENTICATED before it has joined
   */
  get membership(): Membership {
    if (this.#state.phase !== "joined") throw new AppError("UNAUTHENTICATED");
    const { room, member } = this.#state;
    return { room, role: member.identity.role, media: member.media };
  }

  /**
   * Joins the session that the token names, or comes back into the one that the ticket is for.
   *
   * @param answer is called as soon as the peer is in the room, before anything is told about it
   * @throws AppError PROTOCOL_VERSION, TOKEN_*, SESSION_ENDED, RELAY_DRAINING or UNAVAILABLE; BAD_REQUEST for a second join; for
   *   an observer also OBSERVER_LIMIT and FORBIDDEN
   */
  async join(
    input: SignallingInput<"join">,
    answer: (output: SignallingOutput<"join">) => void,
  ): Promise<void> {
    if (this.#state.phase !== "connected") throw new AppError("BAD_REQUEST");
    if (input.protocolVersion !== SIGNALLING_PROTOCOL_VERSION) throw new AppError("PROTOCOL_VERSION");
    // Before the token is used up, so that it still opens another connection.
    if (this.#options.isDraining()) throw new AppError("RELAY_DRAINING");
    const { registry, tokens } = this.#options;
    const entry =
      "ticket" in input
        ? registry.comeBack(input.ticket)
        : { claims: await tokens.verifyJoin(input.token), room: null };
    const { claims } = entry;
    const { sub: sessionId, role } = claims;
    const verifiedAtMs = performance.now();
    try {
      const room = entry.room ?? (await registry.roomFor(claims));
      const media = await room.createMedia(role, (notification) => this.#notify(notification));
      const member: JoinedPeer = {
        identity: identityOf(claims),
        media,
        notify: (notification) => this.#notify(notification),
        close: (closure) => this.#closeFromRoom(closure),
      };
      this.#enter(claims, room, member, verifiedAtMs);
      const otherEndsInMs = room.endsInMs(role === "customer" || role === "tool" ? "operator" : "customer");
      answer({
        sessionId,
        role,
        permissions: room.permissions,
        otherPresent: otherEndsInMs === null,
        otherEndsInMs,
        reconnectWindowMs: room.reconnectWindowMs,
        ticket: registry.issueTicket(room, claims),
        observers: room.observers,
        toolPresent: room.toolPresent,
        routerRtpCapabilities: { codecs: [], ...room.rtpCapabilities },
        sendTransport: media.sendTransport && this.#transportOptions(media.sendTransport),
        recvTransport: this.#transportOptions(media.recvTransport),
      });
      room.announce(member);
    } catch (error) {
      // A session that ended while its side was on the way in is told as such, not as a fault.
      const code = registry.isEnded(sessionId) ? "SESSION_ENDED" : codeOf(error);
      this.#options.onRefused(code, { sessionId, role });
      throw new RefusedJoin(code, error);
    }
  }

  /**
   * Makes this side's transports for bulk data and tells the other side.
   *
   * @throws AppError PERMISSION_DENIED without the permission `file`, UNAVAILABLE
   */
  async openBulkTransports(
    _input: SignallingInput<"openBulkTransports">,
    answer: (output: SignallingOutput<"openBulkTransports">) => void,
  ): Promise<void> {
    if (this.#state.phase !== "joined") throw new AppError("UNAUTHENTICATED");
    const { room, member } = this.#state;
    const { sendTransport, recvTransport } = await room.openBulk(member);
    answer({
      sendTransport: this.#transportOptions(sendTransport),
      recvTransport: this.#transportOptions(recvTransport),
    });
    await room.connectStreams();
    room.announceBulk(member);
  }

  /**
   * Client Tool only: its channels go over this socket from now on, in the place of its transports.
   *
   * @throws AppError PERMISSION_DENIED, UNAVAILABLE
   */
  async carryChannels(): Promise<void> {
    if (this.#state.phase !== "joined") throw new AppError("UNAUTHENTICATED");
    const { room, member, visit } = this.#state;
    if (member.identity.role !== "tool") throw new AppError("PERMISSION_DENIED");
    await room.carry(member, this.#options.socket);
    visit.carried();
    await room.connectStreams();
  }

  /**
   * Takes a channel's message that came over the socket.
   *
   * @throws AppError UNAUTHENTICATED, BAD_REQUEST before {@link carryChannels}, and what CarriedChannels.take throws
   */
  takeCarried(message: CarriedMessage): void {
    const { carried } = this.membership.media;
    if (carried === undefined) throw new AppError("BAD_REQUEST");
    carried.take(message);
  }

  /** Whether its channels are carried over the socket. */
  get isCarried(): boolean {
    return this.#state.phase === "joined" && this.#state.member.media.carried !== undefined;
  }

  /** Customer only. */
  async setPermissions(permissions: Permissions): Promise<void> {
    const { room, role } = this.membership;
    if (role !== "customer") throw new AppError("PERMISSION_DENIED");
    await room.setPermissions(permissions);
  }

  /** Takes control and the clipboard back: the right of the customer's page and of the Client Tool. */
  async revokeControl({ isDeclined = false }: SignallingInput<"revokeControl">): Promise<void> {
    const { room, role } = this.membership;
    if (role !== "customer" && role !== "tool") throw new AppError("PERMISSION_DENIED");
    await room.revokeControl(role === "tool" ? { by: role, isDeclined } : {});
  }

  /** Ends the session for everybody. A side's right; observers have the management server for that. */
  endSession(): void {
    const { room, role } = this.membership;
    if (role !== "customer" && role !== "operator") throw new AppError("PERMISSION_DENIED");
    const reason: EndReason = role === "customer" ? "stopped_by_customer" : "ended_by_operator";
    this.#options.registry.end(room.sessionId, reason);
  }

  /** Closes the connection for something it did; the browser reads the code from the close reason. */
  refuse(code: ErrorCode): void {
    if (this.#state.phase === "closed") return;
    const membership = this.#state.phase === "joined" ? this.membership : undefined;
    this.#options.onRefused(code, { sessionId: membership?.room.sessionId, role: membership?.role });
    this.closeRefused(code);
  }

  /** {@link refuse} for what was counted and logged before. */
  closeRefused(code: ErrorCode): void {
    this.#close({ cause: "refused", reason: code }, () =>
      this.#options.socket.close(closeCodes.refused, code),
    );
  }

  /** The relay goes away: the browser shall join again. */
  interrupt(): void {
    this.#closeFromRoom({ by: "interruption" });
  }

  /** Something came over the socket. */
  socketHeard(): void {
    if (this.#silence === null) return;
    this.#silence = null;
    if (this.#state.phase === "joined") this.#state.room.heard(this.#state.member, !this.#isMediaLost);
  }

  /** The peer says over its socket how its media is: one whose media is lost counts as away, as one does that is silent. */
  toldOfMedia(isLost: boolean): void {
    if (isLost === this.#isMediaLost || this.#state.phase !== "joined") return;
    this.#isMediaLost = isLost;
    this.#state.room.heard(this.#state.member, !isLost);
  }

  /**
   * Nothing has come over the socket lately: asked again and again while that lasts. Its TCP connection may only be catching up
   * after a loss, so that the others are told only when no media is heard either. Never rejects.
   */
  async socketSilent(): Promise<void> {
    if (this.#state.phase !== "joined") return;
    const { room, member } = this.#state;
    this.#silence ??= {
      receivedBytes: null,
      quietSinceMs: performance.now(),
      patienceMs: MEDIA_QUIET_MS.atFirst,
    };
    const silence = this.#silence;
    // Of a transport that has just been closed nothing is heard any more.
    const receivedBytes = await member.media.receivedBytes().catch(() => silence.receivedBytes);
    if (this.#silence !== silence) return;
    if (silence.receivedBytes !== null && receivedBytes !== silence.receivedBytes) {
      silence.quietSinceMs = performance.now();
      silence.patienceMs = MEDIA_QUIET_MS.afterwards;
    }
    silence.receivedBytes = receivedBytes;
    room.heard(member, performance.now() - silence.quietSinceMs < silence.patienceMs);
  }

  /** The socket is gone. */
  socketClosed(): void {
    this.#close({ cause: "socket_closed" }, () => {});
  }

  #enter(claims: JoinClaims, room: Room, member: JoinedPeer, verifiedAtMs: number): void {
    if (this.#state.phase !== "connected") {
      // The socket closed while the transports were being made.
      member.media.close().catch(() => {});
      throw new AppError("UNAVAILABLE");
    }
    try {
      this.#options.registry.assertAdmitted(claims);
      room.add(member);
    } catch (error) {
      member.media.close().catch(() => {});
      throw error;
    }
    clearTimeout(this.#state.joinTimer);
    const { role, sub: sessionId } = claims;
    const visit = this.#options.visits.begin({ sessionId, role, media: member.media, verifiedAtMs });
    this.#state = { phase: "joined", room, member, visit };
    this.#options.onSettled();
    // A transport whose handshake has failed never carries anything, and the browser, if it was not the one who failed, waits for it
    // in vain: somebody else may have been quicker who knew the password of its ICE, but not its key.
    for (const transport of member.media.sessionTransports) {
      transport.on("dtlsstatechange", (dtlsState) => {
        if (dtlsState === "failed") this.interrupt();
      });
    }
  }

  #closeFromRoom(closure: PeerClosure): void {
    switch (closure.by) {
      case "end":
        this.#notify({ type: "notification", event: "sessionEnded", reason: closure.reason });
        this.#close({ cause: "session_ended", reason: closure.reason }, () =>
          this.#options.socket.close(closeCodes.sessionEnded, closure.reason),
        );
        break;
      case "replacement":
        this.#close({ cause: "replaced" }, () => this.#options.socket.close(closeCodes.replaced, "replaced"));
        break;
      case "dismissal":
        this.#close({ cause: "dismissed" }, () =>
          this.#options.socket.close(closeCodes.refused, "FORBIDDEN" satisfies ErrorCode),
        );
        break;
      case "interruption":
        this.#close({ cause: "interrupted" }, () => this.#options.socket.close(closeCodes.rejoin, "rejoin"));
        break;
      default:
        assertUnreachable(closure);
    }
  }

  #close(leave: Leave, closeSocket: () => void): void {
    const state = this.#state;
    if (state.phase === "closed") return;
    this.#state = { phase: "closed" };
    closeSocket();
    if (state.phase === "connected") {
      clearTimeout(state.joinTimer);
      this.#options.onSettled();
    } else {
      // Before the room closes the transports, so that they can still be asked what passed them.
      state.visit.leave(leave);
      state.room.remove(state.member);
    }
  }

  /** What the browser needs to know of a transport. */
  #transportOptions({
    id,
    iceParameters,
    iceCandidates,
    dtlsParameters,
    sctpParameters,
  }: WebRtcTransport): SignallingOutput<"join">["recvTransport"] {
    // Every transport here is made with SCTP.
    if (sctpParameters === undefined) throw new AppError("INTERNAL");
    const candidates = this.#options.candidates.of(iceCandidates);
    return { id, iceParameters, iceCandidates: candidates, dtlsParameters, sctpParameters };
  }

  #notify(notification: SignallingNotification): void {
    if (this.#state.phase === "joined") this.#options.socket.send(notification);
  }
}

/** A join that was refused after its token had said who it is: counted and logged already. */
export class RefusedJoin extends AppError {
  constructor(code: ErrorCode, cause: unknown) {
    super(code, { cause });
  }
}

function codeOf(error: unknown): ErrorCode {
  return error instanceof AppError ? error.code : "INTERNAL";
}

function identityOf(claims: JoinClaims): PeerIdentity {
  if (claims.role !== "observer") return { role: claims.role };
  return { role: "observer", observer: claims.observer, signInId: claims.signInId };
}
