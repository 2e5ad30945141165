import { Gauge, type Registry } from "prom-client";
import type { TurnsLook } from "@/server/auth/turns";
import type { PoolState } from "@/server/db/client";
import { OPEN_PHASES, RELAY_CONDITIONS, type ServiceFigures } from "./read-service-figures";

/** What the gauges show. */
export interface ServiceLook {
  /** Null: the database does not answer. */
  readonly figures: ServiceFigures | null;
  readonly pool: PoolState;
  readonly signInQueue: TurnsLook;
}

/** Metrics that are looked up when they are asked for, so that they cannot drift. */
export class ServiceGauges {
  readonly #databaseUp;
  readonly #connections;
  readonly #connectionsMax;
  readonly #queriesWaiting;
  readonly #signInQueue;
  readonly #sessions;
  readonly #liveNumbers;
  readonly #lockedAccounts;
  readonly #mails;
  readonly #oldestMail;
  readonly #relays;

  constructor(registry: Registry, version: string) {
    const registers = [registry];
    const gauge = (name: string, help: string) =>
      new Gauge({ name: `madoguchi_management_${name}`, help, registers });
    const gaugeBy = <Label extends string>(label: Label, name: string, help: string) =>
      new Gauge({ name: `madoguchi_management_${name}`, help, labelNames: [label], registers });
    gaugeBy("version", "info", "Always 1; the labels say what runs").set({ version }, 1);
    this.#databaseUp = gauge("database_up", "1 while the database answers within 2 s, else 0");
    this.#connections = gaugeBy(
      "state",
      "database_connections",
      "Connections of this process to PostgreSQL, by whether one is used at the moment",
    );
    this.#connectionsMax = gauge(
      "database_connections_max",
      "Connections to PostgreSQL that this process may have",
    );
    this.#queriesWaiting = gauge("database_waiting", "Queries that wait for a connection to PostgreSQL");
    this.#signInQueue = gaugeBy(
      "state",
      "sign_in_queue",
      "Tries to sign in with a password that wait for their turn, or are looked at",
    );
    this.#sessions = gaugeBy(
      "phase",
      "sessions",
      "Support sessions of the whole service that are not over, by phase",
    );
    this.#liveNumbers = gauge("live_numbers", "Reception numbers of the whole service that can be redeemed");
    this.#lockedAccounts = gauge(
      "locked_accounts",
      "Accounts of the whole service that are locked for wrong passwords or codes",
    );
    this.#mails = gaugeBy(
      "state",
      "outbox_mails",
      "Messages in the outbox, by whether sending them has failed before",
    );
    this.#oldestMail = gauge(
      "outbox_oldest_seconds",
      "Seconds that the oldest message has been in the outbox; 0 when it is empty",
    );
    this.#relays = gaugeBy("state", "relays", "Relays of the whole service, by how they are");
  }

  /** What only the database knows is absent while it does not answer, rather than old. */
  show({ figures, pool, signInQueue }: ServiceLook): void {
    this.#connections.set({ state: "idle" }, pool.idle);
    this.#connections.set({ state: "busy" }, pool.total - pool.idle);
    this.#connectionsMax.set(pool.max);
    this.#queriesWaiting.set(pool.waiting);
    this.#signInQueue.set({ state: "waiting" }, signInQueue.waiting);
    this.#signInQueue.set({ state: "busy" }, signInQueue.busy);
    this.#databaseUp.set(figures ? 1 : 0);
    if (!figures) {
      for (const labelled of [this.#sessions, this.#mails, this.#relays]) labelled.reset();
      for (const single of [this.#liveNumbers, this.#lockedAccounts, this.#oldestMail]) single.remove();
      return;
    }
    for (const phase of OPEN_PHASES) this.#sessions.set({ phase }, figures.sessions[phase]);
    for (const state of RELAY_CONDITIONS) this.#relays.set({ state }, figures.relays[state]);
    for (const state of ["waiting", "failed"] as const) this.#mails.set({ state }, figures.mails[state]);
    this.#liveNumbers.set(figures.liveNumbers);
    this.#lockedAccounts.set(figures.lockedAccounts);
    this.#oldestMail.set(figures.oldestMailSeconds ?? 0);
  }
}
