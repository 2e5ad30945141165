import { Device } from "mediasoup-client";
import {
  CHECK_PROTOCOL_VERSION,
  type ConnectivityCheck,
  type MediaAddress,
} from "@/protocol/connectivity-check";
import type { IceServer } from "@/protocol/join-token";
import { captureAbility } from "./capture";
import { CheckPath, type PathKind } from "./check-path";
import { CheckSocket } from "./check-socket";
import { Store } from "./store";

/** Everything that is looked at, in the order in which it is shown. */
export const checkSteps = ["signalling", "udp", "tcp", "turn", "upload", "download", "sharing"] as const;
export type CheckStep = (typeof checkSteps)[number];

export type StepResult =
  | { readonly state: "waiting" | "running" | "failed" }
  /** Could not be looked at, because something before it failed. */
  | { readonly state: "skipped" }
  | {
      readonly state: "good" | "slow";
      /** There and back, in milliseconds. */
      readonly rttMs?: number;
      readonly bitrateBps?: number;
    };

/** What has to be let through to the service, as far as the check got to know it. */
export interface CheckFacts {
  /** Of all relays: `wss://…/signalling`. */
  readonly signallingUrls: readonly string[];
  readonly media: readonly MediaAddress[];
  readonly turnUrls: readonly string[];
}

export interface CheckSnapshot {
  readonly phase:
    | { readonly name: "running" | "done" }
    /** The management server did not let it begin. */
    | { readonly name: "refused"; readonly error: unknown };
  readonly steps: Readonly<Record<CheckStep, StepResult>>;
  readonly facts: CheckFacts;
}

/** Farther than that, a pointer lags behind the hand. */
const SLOW_RTT_MS = 300;
/** Less than that, and a full screen that scrolls stays blurred for seconds. */
const SLOW_BITRATE_BPS = 1_500_000;

const waiting: StepResult = { state: "waiting" };

/** How a check looks before it has begun. */
export const freshCheck: CheckSnapshot = {
  phase: { name: "running" },
  steps: {
    signalling: waiting,
    udp: waiting,
    tcp: waiting,
    turn: waiting,
    upload: waiting,
    download: waiting,
    sharing: waiting,
  },
  facts: { signallingUrls: [], media: [], turnUrls: [] },
};

/** One run of the check, from its begin to its end; a second run is a second object. */
export class ConnectivityRun extends Store<CheckSnapshot> {
  #socket: CheckSocket | null = null;
  readonly #paths: CheckPath[] = [];
  #isStopped = false;

  /** @param begin asks the management server for a relay and a token */
  constructor(begin: () => Promise<ConnectivityCheck>) {
    super(freshCheck);
    void this.#run(begin).finally(() => this.#close());
  }

  /** Gives up; the snapshot stays as it is. */
  stop(): void {
    this.#isStopped = true;
    this.#close();
  }

  /** Never rejects: what fails is a result. */
  async #run(begin: () => Promise<ConnectivityCheck>): Promise<void> {
    this.#set("sharing", sharingResult());
    let check: ConnectivityCheck;
    try {
      check = await begin();
    } catch (error) {
      this.#skipWhatWaits();
      this.#patch({ phase: { name: "refused", error } });
      return;
    }
    const iceServers = serversToTry(check.iceServers);
    const turnUrls = iceServers.flatMap(({ urls }) => urls);
    this.#patch({ facts: { ...this.getSnapshot().facts, signallingUrls: check.relays, turnUrls } });
    const device = await this.#signal(check);
    if (device !== null) {
      const best = await this.#tryPaths(device, iceServers);
      if (best !== null) await this.#measure(best);
    }
    this.#skipWhatWaits();
    this.#patch({ phase: { name: "done" } });
  }

  async #signal(check: ConnectivityCheck): Promise<Device | null> {
    this.#set("signalling", { state: "running" });
    try {
      this.#socket = await CheckSocket.open(check.signallingUrl);
      const { routerRtpCapabilities } = await this.#socket.request("begin", {
        protocolVersion: CHECK_PROTOCOL_VERSION,
        token: check.token,
      });
      const device = await Device.factory();
      await device.load({ routerRtpCapabilities });
      this.#set("signalling", { state: "good" });
      return device;
    } catch {
      this.#set("signalling", { state: "failed" });
      return null;
    }
  }

  /** All ways side by side. @returns the best of those that are open: UDP before TCP before TURN */
  async #tryPaths(device: Device, iceServers: readonly IceServer[]): Promise<CheckPath | null> {
    const kinds: readonly PathKind[] = iceServers.length > 0 ? ["udp", "tcp", "turn"] : ["udp", "tcp"];
    const open = await Promise.all(kinds.map((kind) => this.#tryPath(device, kind, iceServers)));
    return open.find((path) => path !== null) ?? null;
  }

  async #tryPath(
    device: Device,
    kind: PathKind,
    iceServers: readonly IceServer[],
  ): Promise<CheckPath | null> {
    if (!this.#socket) return null;
    this.#set(kind, { state: "running" });
    try {
      const path = await CheckPath.prepare(this.#socket, device, kind, iceServers);
      this.#paths.push(path);
      this.#patch({ facts: { ...this.getSnapshot().facts, media: path.addresses } });
      const rttMs = await path.open();
      this.#set(kind, { state: rttMs > SLOW_RTT_MS ? "slow" : "good", rttMs });
      return path;
    } catch {
      this.#set(kind, { state: "failed" });
      return null;
    }
  }

  async #measure(path: CheckPath): Promise<void> {
    await this.#measureOne("upload", () => path.measureUpload());
    await this.#measureOne("download", () => path.measureDownload());
  }

  async #measureOne(step: "upload" | "download", measure: () => Promise<number>): Promise<void> {
    this.#set(step, { state: "running" });
    const bitrateBps = await measure().catch(() => 0);
    if (bitrateBps === 0) this.#set(step, { state: "failed" });
    else this.#set(step, { state: bitrateBps < SLOW_BITRATE_BPS ? "slow" : "good", bitrateBps });
  }

  #skipWhatWaits(): void {
    for (const step of checkSteps) {
      if (this.getSnapshot().steps[step].state === "waiting") this.#set(step, { state: "skipped" });
    }
  }

  #set(step: CheckStep, result: StepResult): void {
    this.#patch({ steps: { ...this.getSnapshot().steps, [step]: result } });
  }

  #patch(patch: Partial<CheckSnapshot>): void {
    if (!this.#isStopped) this.update(patch);
  }

  #close(): void {
    for (const path of this.#paths) path.close();
    this.#socket?.close();
  }
}

/** Whether this browser can share at all; without HTTPS none can. */
function sharingResult(): StepResult {
  if (!window.isSecureContext) return { state: "failed" };
  switch (captureAbility()) {
    case "screen":
      return { state: "good" };
    case "camera":
      return { state: "slow" };
    case "none":
      return { state: "failed" };
  }
}

/** TURN over TLS where there is any: it is what the strictest firewalls let through, and so what is worth knowing. */
function serversToTry(servers: readonly IceServer[]): IceServer[] {
  const overTls = servers
    .map((server) => ({ ...server, urls: server.urls.filter((url) => url.startsWith("turns:")) }))
    .filter(({ urls }) => urls.length > 0);
  return overTls.length > 0 ? overTls : [...servers];
}
