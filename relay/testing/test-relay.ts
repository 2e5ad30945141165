import { randomUUID } from "node:crypto";
import { sumMetric } from "@/lib/sum-metric";
import type { Permissions } from "@/protocol/permissions";
import type { JoinRole, Observer, Role } from "@/protocol/roles";
import { type LimitsConfig, type RelayConfig, readConfig } from "../config";
import { createLogger } from "../logging";
import { Relay } from "../relay";
import { IceTcpBridge } from "./ice-tcp-bridge";
import { TestManagementServer } from "./management-server";
import { NativePeer } from "./native-peer";
import { type ConnectOptions, SignallingClient } from "./signalling-client";
import type { TestCertificate } from "./test-certificate";
import { TokenSigner } from "./token-signer";
import { UdpBridge } from "./udp-bridge";
import { until } from "./until";

export interface TestRelayOptions {
  workers?: number;
  limits?: Partial<LimitsConfig>;
  /** Registers with the same management server as this one. */
  beside?: TestRelay;
  environment?: Record<string, string>;
  /** Puts the relay behind its one port, with this certificate. */
  certificate?: TestCertificate;
  /** Gets the log's lines instead of standard output. */
  logTo?: { write: (line: string) => void };
}

/** A whole relay with real workers, and around it what it talks to. */
export class TestRelay {
  readonly signer: TokenSigner;
  readonly management: TestManagementServer;
  readonly relay: Relay;
  readonly relayId: string;
  /** Set when the management server is another one's to stop. */
  readonly #isGuest: boolean;
  readonly #certificate: TestCertificate | undefined;
  readonly #clients: SignallingClient[] = [];
  readonly #peers: NativePeer[] = [];
  readonly #bridges: (IceTcpBridge | UdpBridge)[] = [];

  private constructor(
    { signer, management }: Pick<TestRelay, "signer" | "management">,
    relay: Relay,
    relayId: string,
    isGuest: boolean,
    certificate: TestCertificate | undefined,
  ) {
    this.signer = signer;
    this.management = management;
    this.relay = relay;
    this.relayId = relayId;
    this.#isGuest = isGuest;
    this.#certificate = certificate;
  }

  static async start(options: TestRelayOptions = {}): Promise<TestRelay> {
    const { workers = 1, limits = {}, environment = {}, certificate, logTo, beside } = options;
    const signer = beside?.signer ?? new TokenSigner();
    const management = beside?.management ?? (await TestManagementServer.listen());
    const config = readConfig({
      RELAY_ID: "relay-test",
      RELAY_PORT: "0",
      RELAY_MEDIA_PORT: "0",
      RELAY_WORKERS: String(workers),
      MANAGEMENT_URL: management.url,
      RELAY_SECRET: management.secret,
      TOKEN_PUBLIC_KEY: signer.publicKeyVariable,
      ALLOWED_ORIGINS: "http://support.test",
      LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? "silent",
      ...certificate?.environment,
      ...environment,
    });
    const tuned: RelayConfig = {
      ...config,
      limits: { ...config.limits, heartbeatIntervalMs: 200, maxUnjoinedPerAddress: 100, ...limits },
    };
    const relay = await Relay.create(tuned, createLogger(tuned.logLevel, logTo));
    return new TestRelay({ signer, management }, relay, tuned.relayId, beside !== undefined, certificate);
  }

  get httpUrl(): string {
    return `http://127.0.0.1:${this.relay.port}`;
  }

  get signallingUrl(): string {
    const scheme = this.#certificate === undefined ? "ws" : "wss";
    return `${scheme}://127.0.0.1:${this.relay.port}/signalling`;
  }

  async connect(options?: ConnectOptions): Promise<SignallingClient> {
    const client = await SignallingClient.connect(this.signallingUrl, {
      ca: this.#certificate?.pem,
      ...options,
    });
    this.#clients.push(client);
    return client;
  }

  /** Connects and joins, without media. */
  async joinSignalling(
    sessionId: string,
    role: Exclude<JoinRole, "observer">,
    permissions?: Permissions,
  ): Promise<SignallingClient> {
    const client = await this.connect();
    await client.join(await this.signer.join({ relayId: this.relayId, sessionId, role, permissions }));
    return client;
  }

  /** Joins with both transports connected and listening. */
  async join(
    sessionId: string,
    role: Exclude<JoinRole, "observer">,
    permissions?: Permissions,
  ): Promise<NativePeer> {
    const client = await this.connect();
    const { relayId } = this;
    const joined = await client.join(await this.signer.join({ relayId, sessionId, role, permissions }));
    const peer = await NativePeer.connect(client, joined);
    this.#peers.push(peer);
    return peer;
  }

  /** {@link join} with all media over TCP. */
  async joinOverTcp(
    sessionId: string,
    role: Role,
  ): Promise<{ peer: NativePeer; bridges: readonly IceTcpBridge[] }> {
    const client = await this.connect();
    const { joined, bridges } = await IceTcpBridge.under(
      await client.join(await this.signer.join({ sessionId, role })),
    );
    this.#bridges.push(...bridges);
    const peer = await NativePeer.connect(client, joined);
    this.#peers.push(peer);
    return { peer, bridges };
  }

  /** {@link join} with somebody on the way, who sees all packets and can add some: first the sending transport's, then the other's. */
  async joinOverBridges(
    sessionId: string,
    role: Role,
  ): Promise<{ peer: NativePeer; bridges: readonly UdpBridge[] }> {
    const client = await this.connect();
    const { joined, bridges } = await UdpBridge.under(
      await client.join(await this.signer.join({ relayId: this.relayId, sessionId, role })),
    );
    this.#bridges.push(...bridges);
    const peer = await NativePeer.connect(client, joined);
    this.#peers.push(peer);
    return { peer, bridges };
  }

  /** A supervisor who watches, with the receiving transport connected and listening. */
  async observe(
    sessionId: string,
    options: { observer?: Observer; signInId?: string } = {},
  ): Promise<{ peer: NativePeer; observer: Observer; signInId: string }> {
    const { observer = { observerId: randomUUID(), name: "A supervisor" }, signInId = randomUUID() } =
      options;
    const client = await this.connect();
    const joined = await client.join(await this.signer.observe({ sessionId, observer, signInId }));
    const peer = await NativePeer.connect(client, joined);
    this.#peers.push(peer);
    return { peer, observer, signInId };
  }

  /** A session with both sides joined. */
  async openSession(
    permissions?: Permissions,
  ): Promise<{ sessionId: string; operator: NativePeer; customer: NativePeer }> {
    const sessionId = randomUUID();
    const operator = await this.join(sessionId, "operator", permissions);
    const customer = await this.join(sessionId, "customer", permissions);
    return { sessionId, operator, customer };
  }

  /** The value of a metric, summed over its labels; 0 when it is not there. */
  async metric(name: string, label = ""): Promise<number> {
    const text = await (await fetch(`${this.httpUrl}/metrics`)).text();
    return sumMetric(text, `madoguchi_relay_${name}`, label);
  }

  async untilMetric(name: string, value: number, label?: string): Promise<void> {
    await until(`${name} ${label ?? ""} is ${value}`, async () => (await this.metric(name, label)) === value);
  }

  async stop(): Promise<void> {
    for (const peer of this.#peers) peer.close();
    for (const bridge of this.#bridges) bridge.close();
    for (const client of this.#clients) client.leave();
    await this.relay.close();
    if (!this.#isGuest) this.management.stop();
  }
}
