import { LinkFlow, type TransportLife } from "./link-flow";

/** How often the relay is asked for a sign of life, and how often what came of it is looked at. */
const PING_EVERY_MS = 700;
export const LINK_TICK_MS = 250;
/** How often it is looked at how much media has come, while nothing is wrong. */
const MEASURE_EVERY_MS = 500;
/** A ping unanswered for this long means that the socket is silent, and for this long right after the network has changed. */
const SOCKET_SILENT_MS = 1_500;
const SOCKET_SILENT_AFTER_CHANGE_MS = 700;
/** A socket may be catching up after losses while media arrives; without media for this long it is more than that. */
const MEDIA_QUIET_MS = 1_000;
/** ICE says "disconnected" for hiccups too; only what lasts this long is a loss. */
const ICE_GRACE_MS = 1_000;
/** After fresh ICE parameters the transports have this long to connect. */
const ICE_RESTART_PATIENCE_MS = 5_000;
/** Without a sign of life for this long a new connection is made, beside this one as long as that may still come back. */
const HOPELESS_AFTER_MS = 4_000;
const HOPELESS_AFTER_CHANGE_MS = 1_500;
/** A silent socket beside media that arrives is replaced after this long: without it nothing can be set up any more. */
const SOCKET_PATIENCE_MS = 5_000;
/** Of the last answers to pings the slowest tells how long the relay may take. */
const ROUND_TRIPS_KEPT = 8;
/** A look that comes this much late comes from a page that stood still, which says nothing about the network. */
const PAGE_STOOD_STILL_MS = 1_200;

/** How an ICE transport stands, as the browser says. */
export type IceState = "new" | "connecting" | "connected" | "disconnected" | "failed" | "closed";

/** What is to be said and done about a link. */
export interface LinkVerdict {
  /** Nothing gets through for now: worth telling. */
  readonly isDisturbed: boolean;
  /** It will hardly come back by itself, or not soon: a new connection is needed. */
  readonly isHopeless: boolean;
  /** The socket lives, and only the media does not get through: worth telling the relay. */
  readonly isMediaLost: boolean;
  readonly ping: boolean;
  /** Whether it matters now how much media has come: see {@link LinkWatch.mediaReceived}. */
  readonly measureMedia: boolean;
  readonly restartIce: boolean;
  /** Only transports beside the connection have lost their way. */
  readonly restartSpareIce: boolean;
}

/** A transport that has lost its connection and does not have another yet. */
interface Loss {
  readonly sinceMs: number;
  readonly hasFailed: boolean;
}

/**
 * Judges from signs of life whether a connection to a relay carries anything: answers to pings over the socket, media that
 * arrives, and what ICE says. A network that is cut off is silent: neither TCP nor ICE says anything for many seconds, so that
 * silence itself is what counts. Holds no timers and knows no network; its clock is handed in.
 */
export class LinkWatch {
  readonly #now: () => number;
  readonly #flow: LinkFlow;
  readonly #lost = new Map<string, Loss>();
  /** Those beside the connection, without which it goes on. */
  readonly #sparesLost = new Map<string, Loss>();
  #lookedAtMs: number;
  #heardAtMs: number;
  #mediaHeardAtMs: number;
  #measuredAtMs: number;
  #mediaResumedAtMs = Number.NEGATIVE_INFINITY;
  #receivedBytes: number | null = null;
  /** When the ping that waits for its answer was sent. */
  #pingedAtMs: number | null = null;
  /** How long the last pings took, as far as any answer tells. */
  #roundTripsMs: number[] = [];
  /** The network changed, and nothing has been heard over the socket since. */
  #changed = false;
  #restartedAtMs: number | null = null;
  #restartFailed = false;
  #haveSparesRestarted = false;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(now: () => number) {
    this.#now = now;
    this.#flow = new LinkFlow(now);
    this.#measuredAtMs = now();
    this.#lookedAtMs = now();
    this.#heardAtMs = now();
    this.#mediaHeardAtMs = now();
  }

  /** Something came over the socket. */
  socketHeard(): void {
    this.#heardAtMs = this.#now();
    if (this.#pingedAtMs !== null) {
      this.#roundTripsMs = [...this.#roundTripsMs, this.#heardAtMs - this.#pingedAtMs].slice(
        -ROUND_TRIPS_KEPT,
      );
    }
    this.#pingedAtMs = null;
    this.#changed = false;
  }

  /** @param bytes that all transports have received so far */
  mediaReceived(bytes: number): void {
    if (this.#receivedBytes !== null && bytes > this.#receivedBytes) this.#mediaHeard();
    this.#receivedBytes = bytes;
  }

  /** How one of the connection's transports is: told with what {@link mediaReceived} is told. */
  transportMeasured(transportId: string, life: TransportLife): void {
    const { isSuspected } = this.#flow;
    this.#flow.measured(transportId, life);
    // What was suspected of a loss lives, by its old way or a new one.
    if (isSuspected && !this.#flow.isSuspected && this.#lost.size === 0) {
      this.#restartedAtMs = null;
      this.#restartFailed = false;
    }
  }

  iceChanged(transportId: string, state: IceState): void {
    if (isLoss(state)) {
      this.#note(this.#lost, transportId, state);
      return;
    }
    // One that connects anew after a restart is as lost as before until it has done so.
    if (state !== "connected") return;
    this.#mediaHeard();
    this.#lost.delete(transportId);
    if (this.#lost.size > 0) return;
    this.#restartedAtMs = null;
    this.#restartFailed = false;
  }

  /**
   * The same of a transport beside the connection, for bulk data: its loss is worth a restart, and says nothing about the
   * connection.
   */
  spareIceChanged(transportId: string, state: IceState): void {
    if (isLoss(state)) {
      this.#note(this.#sparesLost, transportId, state);
      return;
    }
    if (state !== "connected" && state !== "closed") return;
    this.#sparesLost.delete(transportId);
    if (this.#sparesLost.size === 0) this.#haveSparesRestarted = false;
  }

  /** Both ends have fresh ICE parameters. */
  iceRestarted(): void {
    this.#flow.tried();
  }

  /** Fresh ICE parameters could not be had, or not be used. */
  iceRestartFailed(): void {
    this.#restartFailed = true;
  }

  /** The browser speaks of another network, or of none: what held a moment ago may not hold now. */
  networkChanged(): void {
    this.#changed = true;
  }

  /** To be called every {@link LINK_TICK_MS}. Whoever calls does at once what the verdict says. */
  judge(): LinkVerdict {
    const nowMs = this.#now();
    this.#pardon(nowMs);
    const ping = this.#pingedAtMs === null && (this.#changed || nowMs - this.#heardAtMs >= PING_EVERY_MS);
    if (ping) {
      this.#pingedAtMs = nowMs;
      // Nothing was wrong until now: silence is counted from here.
      this.#mediaHeardAtMs = nowMs;
    }
    const silentMs = this.#pingedAtMs === null ? 0 : nowMs - this.#pingedAtMs;
    const isSilent = silentMs >= (this.#changed ? SOCKET_SILENT_AFTER_CHANGE_MS : SOCKET_SILENT_MS);
    const isIceLost = this.#isLost(this.#lost, nowMs);
    const isQuiet = this.#lost.size > 0 || nowMs - this.#mediaHeardAtMs >= MEDIA_QUIET_MS;
    // Over a socket that may be dead nothing can be asked for.
    const canAsk = this.#pingedAtMs === null;
    const flow = this.#flow.judge(canAsk, Math.max(0, ...this.#roundTripsMs));
    const restartIce = (isIceLost || flow.isSuspected) && canAsk && this.#restartedAtMs === null;
    if (restartIce) this.#restartedAtMs = nowMs;
    const restartSpareIce =
      !restartIce && canAsk && !this.#haveSparesRestarted && this.#isLost(this.#sparesLost, nowMs);
    // A restart of the connection takes what is beside it along.
    if (restartSpareIce || (restartIce && this.#sparesLost.size > 0)) this.#haveSparesRestarted = true;
    const isMediaLost = isIceLost || flow.isLost;
    const measureMedia = silentMs >= LINK_TICK_MS || nowMs - this.#measuredAtMs >= MEASURE_EVERY_MS;
    if (measureMedia) this.#measuredAtMs = nowMs;
    return {
      isDisturbed: isSilent ? isQuiet || this.#changed : isMediaLost,
      isMediaLost: !isSilent && isMediaLost,
      isHopeless: isSilent ? this.#isSilenceHopeless(nowMs) : this.#isRestartHopeless(nowMs),
      ping,
      measureMedia,
      restartIce,
      restartSpareIce,
    };
  }

  #note(losses: Map<string, Loss>, transportId: string, state: "disconnected" | "failed"): void {
    const sinceMs = losses.get(transportId)?.sinceMs ?? this.#now();
    losses.set(transportId, { sinceMs, hasFailed: state === "failed" });
  }

  #isLost(losses: ReadonlyMap<string, Loss>, nowMs: number): boolean {
    return [...losses.values()].some(
      ({ sinceMs, hasFailed }) => hasFailed || this.#changed || nowMs - sinceMs >= ICE_GRACE_MS,
    );
  }

  #isSilenceHopeless(nowMs: number): boolean {
    const pingedAtMs = this.#pingedAtMs ?? nowMs;
    const lastSignMs = nowMs - Math.max(pingedAtMs, this.#mediaHeardAtMs);
    if (lastSignMs >= (this.#changed ? HOPELESS_AFTER_CHANGE_MS : HOPELESS_AFTER_MS)) return true;
    // Media that came back first is a sign that the socket will follow, when TCP sends again.
    return nowMs - Math.max(pingedAtMs, this.#mediaResumedAtMs) >= SOCKET_PATIENCE_MS;
  }

  #isRestartHopeless(nowMs: number): boolean {
    if (this.#restartFailed) return true;
    return this.#restartedAtMs !== null && nowMs - this.#restartedAtMs >= ICE_RESTART_PATIENCE_MS;
  }

  /** A page that stood still has heard nothing because it did not listen; what came meanwhile is handed to it only now. */
  #pardon(nowMs: number): void {
    const lateMs = nowMs - this.#lookedAtMs - LINK_TICK_MS;
    this.#lookedAtMs = nowMs;
    if (lateMs < PAGE_STOOD_STILL_MS) return;
    this.#flow.pardon();
    if (this.#pingedAtMs !== null) this.#pingedAtMs = Math.min(nowMs, this.#pingedAtMs + lateMs);
    this.#mediaHeardAtMs = Math.min(nowMs, this.#mediaHeardAtMs + lateMs);
    if (this.#restartedAtMs !== null) this.#restartedAtMs = Math.min(nowMs, this.#restartedAtMs + lateMs);
  }

  #mediaHeard(): void {
    const nowMs = this.#now();
    if (nowMs - this.#mediaHeardAtMs >= MEDIA_QUIET_MS) this.#mediaResumedAtMs = nowMs;
    this.#mediaHeardAtMs = nowMs;
  }
}

function isLoss(state: IceState): state is "disconnected" | "failed" {
  return state === "disconnected" || state === "failed";
}
