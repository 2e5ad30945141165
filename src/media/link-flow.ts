/** A transport counts as steadily used when this many pieces in a row came, none of them later than {@link STEADY_GAP_MS} after the last. */
const STEADY_PIECES = 6;
const STEADY_GAP_MS = 1_600;
/** So much longer than the longest gap of late is a silence that means something. */
const GAP_FACTOR = 1.5;
const LEAST_SUSPICION_AFTER_MS = 1_250;
/** Fresh checks are answered in less than this, or not at all; on a long or busy way in as many round trips of the socket's. */
const CHECKS_WITHIN_MS = 700;
const CHECKS_ROUND_TRIPS = 4;

/** What a transport's statistics tell at one moment. */
export interface TransportLife {
  /**
   * Whether it carries a picture, one way or the other: then something comes all the time, the picture or word of its arrival. Where only
   * messages go, a pause is nothing but that.
   */
  readonly carriesPicture: boolean;
  readonly receivedBytes: number;
  /** The way that is in use, by its protocol and the relay's port; null when there is none, or the browser does not tell. */
  readonly way: string | null;
  /** Of each pair of addresses that is tried, by its id: its way, and how many of its checks were answered. */
  readonly pairs: ReadonlyMap<string, { readonly way: string; readonly answeredChecks: number }>;
}

interface Flow {
  life: TransportLife;
  heardAtMs: number;
  dataAtMs: number;
  /** By which the last data came. */
  way: string | null;
  /** Between the last pieces of data. */
  gaps: number[];
  suspectedAtMs: number | null;
  /** Since when fresh checks are under way. */
  triedAtMs: number | null;
}

/**
 * Notices that a transport on which data has come steadily is silent, several seconds before ICE says so. Silence alone may only mean that
 * a picture was paused: it is a suspicion, to be tried out by a restart of ICE, whose checks are sent at once. It is a loss when these
 * stay unanswered too. Says nothing of browsers that do not count checks, and of transports without a picture.
 */
export class LinkFlow {
  readonly #now: () => number;
  readonly #flows = new Map<string, Flow>();

  constructor(now: () => number) {
    this.#now = now;
  }

  get isSuspected(): boolean {
    return [...this.#flows.values()].some(({ suspectedAtMs }) => suspectedAtMs !== null);
  }

  measured(transportId: string, life: TransportLife): void {
    const nowMs = this.#now();
    const flow = this.#flows.get(transportId);
    if (!life.carriesPicture) {
      this.#flows.delete(transportId);
      return;
    }
    if (flow === undefined) {
      const fresh = { heardAtMs: nowMs, dataAtMs: nowMs, way: life.way, gaps: [] };
      this.#flows.set(transportId, { life, ...fresh, suspectedAtMs: null, triedAtMs: null });
      return;
    }
    const before = flow.life;
    flow.life = life;
    const hasData = life.receivedBytes > before.receivedBytes;
    // Another way that is found does not carry anything yet: the browser takes its time to leave the one that it has.
    const isAnswered = [...life.pairs].some(
      ([id, { way, answeredChecks }]) =>
        way === flow.way && answeredChecks > (before.pairs.get(id)?.answeredChecks ?? 0),
    );
    if (!hasData && !isAnswered) return;
    flow.heardAtMs = nowMs;
    // The rhythm was another one than before the silence.
    if (flow.suspectedAtMs !== null) flow.gaps = [];
    else if (hasData) flow.gaps = [...flow.gaps, nowMs - flow.dataAtMs].slice(-STEADY_PIECES);
    flow.suspectedAtMs = null;
    flow.triedAtMs = null;
    if (hasData) {
      flow.dataAtMs = nowMs;
      flow.way = life.way;
    }
  }

  /** The page stood still: what it did not hear says nothing. */
  pardon(): void {
    for (const flow of this.#flows.values()) {
      flow.heardAtMs = this.#now();
      flow.dataAtMs = this.#now();
      flow.gaps = [];
      flow.suspectedAtMs = null;
      flow.triedAtMs = null;
    }
  }

  /** ICE has been restarted: its checks are on their way. */
  tried(): void {
    for (const flow of this.#flows.values()) {
      if (flow.suspectedAtMs !== null) flow.triedAtMs ??= this.#now();
    }
  }

  /**
   * @param canTry whether a restart of ICE can be asked for now
   * @param roundTripMs of the socket, lately
   * @returns `suspected`: there is a suspicion that has to be tried out; `isLost`: it was, in vain
   */
  judge(canTry: boolean, roundTripMs: number): { isSuspected: boolean; isLost: boolean } {
    const nowMs = this.#now();
    for (const flow of this.#flows.values()) {
      const longestGapMs = Math.max(...flow.gaps);
      const isSteady = flow.gaps.length === STEADY_PIECES && longestGapMs <= STEADY_GAP_MS;
      if (!isSteady || !canTry || flow.suspectedAtMs !== null || flow.way === null) continue;
      const patienceMs = Math.max(LEAST_SUSPICION_AFTER_MS, longestGapMs * GAP_FACTOR);
      if (nowMs - flow.heardAtMs >= patienceMs) flow.suspectedAtMs = nowMs;
    }
    const checksWithinMs = Math.max(CHECKS_WITHIN_MS, CHECKS_ROUND_TRIPS * roundTripMs);
    return {
      isSuspected: this.isSuspected,
      isLost: [...this.#flows.values()].some(
        ({ triedAtMs }) => triedAtMs !== null && nowMs - triedAtMs >= checksWithinMs,
      ),
    };
  }
}
