import pg from "pg";
import { z } from "zod";
import type { DatabaseOrTransaction } from "./client";

/**
 * "Something about this changed: read it again", told to every management server through PostgreSQL's LISTEN/NOTIFY.
 *
 * A notification carries topics and no content, so a lost one costs nothing but a re-read: after a broken connection every
 * subscriber is told to read again.
 */
export type Topic =
  | `operator:${string}`
  | `session:${string}`
  | `company:${string}`
  | `sign_in:${string}`
  | "relays";

const CHANNEL = "madoguchi";
/** PostgreSQL refuses payloads of 8,000 bytes and more; a topic takes about 50. */
const MAX_TOPICS_PER_NOTIFICATION = 100;
const RECONNECT_MIN_MS = 100;
const RECONNECT_MAX_MS = 5_000;
/** A connection that says nothing for this long is asked whether it still lives. */
const PROBE_INTERVAL_MS = 15_000;
const PROBE_TIMEOUT_MS = 5_000;

const payloadSchema = z.strictObject({
  topics: z.array(z.string().max(80)).max(MAX_TOPICS_PER_NOTIFICATION),
});

/**
 * Tells all subscribers of the topics, once the surrounding transaction commits (and never if it rolls back).
 *
 * @param tx the transaction that makes the change
 */
export async function notify(tx: DatabaseOrTransaction, ...topics: Topic[]): Promise<void> {
  const unique = [...new Set(topics)];
  for (let from = 0; from < unique.length; from += MAX_TOPICS_PER_NOTIFICATION) {
    const payload = JSON.stringify({ topics: unique.slice(from, from + MAX_TOPICS_PER_NOTIFICATION) });
    await tx.$executeRaw`SELECT pg_notify(${CHANNEL}, ${payload})`;
  }
}

/** What the hub tells of itself; a pino logger fits. */
interface HubLog {
  warn(fields: object, message: string): void;
}

/** One LISTEN connection and everybody in this process who waits for a topic. */
export class NotificationHub {
  readonly #connectionString: string;
  readonly #log: HubLog;
  readonly #subscribers = new Map<string, Set<() => void>>();
  #client: pg.Client | undefined;
  #connecting = false;
  #timer: NodeJS.Timeout | undefined;
  #probe: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;

  constructor(connectionString: string, log: HubLog) {
    this.#connectionString = connectionString;
    this.#log = log;
  }

  /** Whether notifications arrive at the moment. */
  get listening(): boolean {
    return this.#client !== undefined;
  }

  /**
   * Yields at once, then after every change of one of the topics and after every time that changes may have been missed.
   * Changes that arrive while the consumer is busy become one. The subscription stands before the first yield, so whatever
   * is read after a yield is either current or followed by another yield. Ends when the signal aborts or the hub closes.
   */
  async *subscribe(topics: readonly Topic[], signal: AbortSignal): AsyncGenerator<void, void, undefined> {
    let pending = true;
    let wake: (() => void) | undefined;
    const poke = () => {
      pending = true;
      wake?.();
    };
    const stop = () => wake?.();
    for (const topic of topics) this.#add(topic, poke);
    signal.addEventListener("abort", stop, { once: true });
    this.#start();
    try {
      while (!signal.aborted && !this.#closed) {
        if (pending) {
          pending = false;
          yield;
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
    } finally {
      signal.removeEventListener("abort", stop);
      for (const topic of topics) this.#remove(topic, poke);
    }
  }

  /** Ends every subscription and the connection. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#probe);
    this.#wakeAll();
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  #add(topic: string, poke: () => void): void {
    const waiting = this.#subscribers.get(topic);
    if (waiting) waiting.add(poke);
    else this.#subscribers.set(topic, new Set([poke]));
  }

  #remove(topic: string, poke: () => void): void {
    const waiting = this.#subscribers.get(topic);
    waiting?.delete(poke);
    if (waiting?.size === 0) this.#subscribers.delete(topic);
  }

  #wakeAll(): void {
    for (const waiting of this.#subscribers.values()) for (const poke of waiting) poke();
  }

  #start(): void {
    if (this.#closed || this.#client || this.#connecting || this.#timer) return;
    this.#connecting = true;
    void this.#connect().finally(() => {
      this.#connecting = false;
    });
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#connectionString,
      connectionTimeoutMillis: PROBE_TIMEOUT_MS,
      application_name: "madoguchi notifications",
      keepAlive: true,
    });
    client.on("error", (error) => this.#lost(client, error));
    client.on("end", () => this.#lost(client, undefined));
    client.on("notification", ({ payload }) => this.#receive(payload));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch (error) {
      await client.end().catch(() => undefined);
      this.#retry(error);
      return;
    }
    if (this.#closed) {
      await client.end().catch(() => undefined);
      return;
    }
    this.#client = client;
    this.#failures = 0;
    this.#probe = setInterval(() => this.#check(client), PROBE_INTERVAL_MS).unref();
    this.#wakeAll();
  }

  #receive(payload: string | undefined): void {
    let topics: readonly string[];
    try {
      topics = payloadSchema.parse(JSON.parse(payload ?? "")).topics;
    } catch {
      // Whoever else uses the channel is not us: reading again is always right, and cheap.
      this.#log.warn({ channel: CHANNEL }, "an unreadable notification arrived; everybody reads again");
      this.#wakeAll();
      return;
    }
    for (const topic of topics) for (const poke of this.#subscribers.get(topic) ?? []) poke();
  }

  /** A peer that vanished without a FIN would otherwise go unnoticed for hours. */
  #check(client: pg.Client): void {
    const overdue = setTimeout(
      () => this.#lost(client, new Error("the notification connection does not answer")),
      PROBE_TIMEOUT_MS,
    ).unref();
    client.query("SELECT 1").then(
      () => clearTimeout(overdue),
      (error: unknown) => {
        clearTimeout(overdue);
        this.#lost(client, error);
      },
    );
  }

  #lost(client: pg.Client, cause: unknown): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    clearInterval(this.#probe);
    client.end().catch(() => undefined);
    this.#retry(cause);
  }

  #retry(cause: unknown): void {
    if (this.#closed || this.#timer) return;
    const delayMs = Math.min(RECONNECT_MAX_MS, RECONNECT_MIN_MS * 2 ** this.#failures);
    this.#failures += 1;
    this.#log.warn({ err: cause, delayMs }, "notifications are interrupted; connecting again");
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#start();
    }, delayMs).unref();
  }
}

const shared = globalThis as typeof globalThis & { madoguchiNotifications?: NotificationHub };

/** This process's hub, made at the first call (see client.ts on why it hangs on `globalThis`). */
export function getNotificationHub(connectionString: string, log: HubLog): NotificationHub {
  shared.madoguchiNotifications ??= new NotificationHub(connectionString, log);
  return shared.madoguchiNotifications;
}
