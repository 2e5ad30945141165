/** A file of the page's own server that is small and always there. Whatever comes back, also a refusal, is a sign of life. */
const PROBE_URL = "/robots.txt";
/**
 * Until the next probe begins. Browsers let the connection that a probe has begun go on without it, up to six for one server, and
 * TCP asks for each at growing intervals: begun at these distances they ask about once a second between them. An old connection
 * that died with the network is used once, and is gone with the probe that used it.
 */
const PROBE_TIMEOUT_MS = 4_000;
/** After a probe that failed at once, as it does without any network. */
const PAUSE_AFTER_FAILURE_MS = 500;
/** An answer that takes longer has waited for the network to come back. */
const PROMPT_ANSWER_MS = 1_000;

/** Asks for the probe's file; its fulfilment is the sign of life. */
export type Probe = (signal: AbortSignal) => Promise<unknown>;

/**
 * Finds out that a network is back, by calls that cost nobody anything. It does so beside the tries to open a socket: browsers open
 * one socket at a time and hold back a page of which too many failed, so that those have to be patient.
 */
export class NetworkProbe {
  readonly #onBack: () => void;
  readonly #probe: Probe;
  #running: AbortController | null = null;

  /**
   * @param onBack once after each {@link start}, when an answer comes after there was none; not when the first call is answered at
   *   once: then the network was not the trouble
   */
  constructor(onBack: () => void, probe: Probe = fetchProbe) {
    this.#onBack = onBack;
    this.#probe = probe;
  }

  /** Probes until something answers. Changes nothing while it does so already. */
  start(): void {
    if (this.#running) return;
    const running = new AbortController();
    this.#running = running;
    void this.#run(running.signal);
  }

  /** Nobody wants to know any more. */
  stop(): void {
    this.#running?.abort();
    this.#running = null;
  }

  async #run(stopped: AbortSignal): Promise<void> {
    const startedAtMs = performance.now();
    while (!(await this.#isAnswered(stopped))) {
      if (stopped.aborted) return;
    }
    if (stopped.aborted) return;
    this.#running = null;
    if (performance.now() - startedAtMs > PROMPT_ANSWER_MS) this.#onBack();
  }

  async #isAnswered(stopped: AbortSignal): Promise<boolean> {
    const call = new AbortController();
    const giveUp = () => call.abort();
    const timer = setTimeout(giveUp, PROBE_TIMEOUT_MS);
    stopped.addEventListener("abort", giveUp, { signal: call.signal });
    try {
      await this.#probe(call.signal);
      return true;
    } catch {
      if (!call.signal.aborted) await pause(PAUSE_AFTER_FAILURE_MS, stopped);
      return false;
    } finally {
      clearTimeout(timer);
      // Takes the listener away too.
      call.abort();
    }
  }
}

/** Without credentials, for which browsers keep connections of their own: none of them is held by the page's other calls. */
async function fetchProbe(signal: AbortSignal): Promise<void> {
  await fetch(PROBE_URL, { method: "HEAD", cache: "no-store", credentials: "omit", signal });
}

async function pause(ms: number, stopped: AbortSignal): Promise<void> {
  const ended = new AbortController();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    stopped.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { signal: ended.signal },
    );
  });
  ended.abort();
}
