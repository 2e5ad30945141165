import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { type Browser, chromium, type Page } from "@playwright/test";
import type { IceServer } from "@/protocol/join-token";
import { iceServersFor, SESSION_TURN_TTL_SECONDS } from "@/server/domain/connectivity/ice-servers";
import { TestCertificate } from "../../../relay/testing/test-certificate";
import { until } from "../../../relay/testing/until";
import { type Coturn, startCoturn, whyNoCoturn } from "../../../scripts/turn/coturn";
import { baseFlags, tabFlags } from "../../fixtures/chromium";
import { type Forbidden, SeparateNetwork, whyNoSeparateNetwork } from "../../fixtures/separate-network";
import { trustingHome } from "../../fixtures/trusting-home";
import { type BenchRelay, startBenchRelay } from "../bench-relay";
import { pageScript } from "../page-script";
import { unlessQuick } from "../quick";
import type { BenchResult, BenchSample } from "../report";
import { median, percentile } from "../statistics";
import { closeAll } from "./close-all";

const ROUNDS = unlessQuick(30, 3);
const JOIN_TIMEOUT_MS = 20_000;
const GOAL_RATIO = 3;
const TAB_TITLE = "Shared in the bench of joins";

interface Path {
  readonly name: string;
  /** What the firewall of both browsers drops. @param turnPort the TURN server's */
  readonly forbidden: (turnPort: number) => readonly Forbidden[];
  /** As the chosen candidate pairs must say. */
  readonly way: string;
}

/** STUN's magic cookie (RFC 8489, 5), which ICE over TCP shows and TLS hides. */
const VISIBLE_STUN: Forbidden = ["-p", "tcp", "-m", "string", "--algo", "bm", "--hex-string", "|2112a442|"];

const UDP: Path = { name: "UDP", forbidden: () => [], way: "udp" };
const paths: readonly Path[] = [
  UDP,
  {
    name: "TCP",
    // Else it would be chance whether this or TURN stands first.
    forbidden: (turnPort) => [
      ["-p", "udp"],
      ["-p", "tcp", "--dport", String(turnPort)],
    ],
    way: "tcp",
  },
  // As behind a firewall that looks into what it lets through: nothing but TLS gets out.
  { name: "TURN/TLS", forbidden: () => [["-p", "udp"], VISIBLE_STUN], way: "relay over tls" },
];

/**
 * How long a session takes from both sides' tokens until both are connected: ICE and DTLS of both transports of either side,
 * signalling over TLS included, with the product's media engine in two browsers.
 *
 * Relay, tokens and TURN server are the same each time; what forces the path is the firewall of the network that the browsers
 * are in, which drops the rest without a word. A join counts as connected when all four chosen candidate pairs are of the path.
 *
 * @throws Error where there is no coturn, or where no network can be made (that takes root)
 */
export async function measureJoinPaths(workerBin: string, say: (line: string) => void): Promise<BenchResult> {
  const whyNot = (await whyNoSeparateNetwork()) ?? (await whyNoCoturn());
  if (whyNot !== null) throw new Error(`Joins cannot be measured here: ${whyNot}`);
  const samples: BenchSample[] = [];
  const closing: (() => unknown)[] = [];
  try {
    const network = await SeparateNetwork.open();
    closing.push(() => network.close());
    const certificate = await TestCertificate.make();
    closing.push(() => certificate.remove());
    const coturn = await startCoturn("127.0.0.1");
    closing.push(() => coturn.stop());
    const home = await trustingHome(coturn.certificate);
    closing.push(() => rm(home, { recursive: true, force: true }));
    const relay = await startBenchRelay(workerBin, certificate);
    closing.push(() => relay.close());
    const launch = async (flags: readonly string[] = []): Promise<Browser> => {
      const browser = await chromium.launch({
        executablePath: network.chromiumPath,
        args: [...baseFlags, ...flags],
        env: { ...process.env, HOME: home },
      });
      closing.push(() => browser.close());
      return browser;
    };
    const joins = await Joins.open(relay, coturn, await launch(tabFlags(TAB_TITLE)), await launch());
    // Round -1 warms up the browsers; it is not counted.
    for (let round = -1; round < ROUNDS; round += 1) {
      for (const path of Math.abs(round) % 2 === 0 ? paths : paths.toReversed()) {
        network.forbid(path.forbidden(coturn.port));
        try {
          const ms = await joins.one(path);
          if (round >= 0) samples.push({ series: path.name, round, ms });
          say(`  round ${round + 1}/${ROUNDS} ${path.name}: ${ms.toFixed(0)} ms`);
        } catch (error) {
          // One that does not connect is a result too; the row says how many there were.
          say(
            `  round ${round + 1}/${ROUNDS} ${path.name}: ${error instanceof Error ? error.message : error}`,
          );
        } finally {
          await joins.leave();
        }
      }
    }
  } finally {
    await closeAll(closing);
  }
  return summarise(samples);
}

function summarise(samples: readonly BenchSample[]): BenchResult {
  const of = ({ name }: Path) => samples.filter(({ series }) => series === name).map(({ ms }) => ms);
  // Where nothing connects at all it takes as long as was waited, at least.
  const typical = (path: Path) => (of(path).length === 0 ? JOIN_TIMEOUT_MS : median(of(path)));
  const inWords = (path: Path) => {
    const count = `${of(path).length} of ${ROUNDS} connected`;
    if (of(path).length === 0) return count;
    return `${typical(path).toFixed(0)} ms (p95 ${percentile(of(path), 0.95).toFixed(0)}), ${count}`;
  };
  const allConnect = paths.every((path) => of(path).length === ROUNDS);
  return {
    id: "join-paths",
    title: "Join: both sides' tokens to both connected",
    rows: paths
      .filter((path) => path !== UDP)
      .map((path) => {
        const ratio = typical(path) / typical(UDP);
        return {
          name: `Both sides' tokens → both connected, over ${path.name}`,
          measured: inWords(path),
          compared: `${UDP.name}: ${inWords(UDP)}`,
          ratio,
          goal: `100 % connect, median ≤ ${GOAL_RATIO} ×`,
          met: allConnect && ratio <= GOAL_RATIO,
          samples: `${ROUNDS} joins each`,
        };
      }),
    samples,
  };
}

/** Two browsers that join one session after the other. */
class Joins {
  readonly #relay: BenchRelay;
  readonly #coturn: Coturn;
  readonly #customer: Page;
  readonly #operator: Page;

  private constructor(relay: BenchRelay, coturn: Coturn, customer: Page, operator: Page) {
    this.#relay = relay;
    this.#coturn = coturn;
    this.#customer = customer;
    this.#operator = operator;
  }

  static async open(relay: BenchRelay, coturn: Coturn, sharing: Browser, viewing: Browser): Promise<Joins> {
    const script = await pageScript("e2e/bench/network/join-page.ts");
    // The relay's certificate is its own; that a browser trusts it is no part of what is measured.
    const contexts = [
      await sharing.newContext({ ignoreHTTPSErrors: true }),
      await viewing.newContext({ ignoreHTTPSErrors: true }),
    ] as const;
    const tab = await contexts[0].newPage();
    await tab.setContent(
      `<title>${TAB_TITLE}</title><body style="background:#eee"><h1>Nothing moves here</h1>`,
    );
    const [customer, operator] = [await contexts[0].newPage(), await contexts[1].newPage()];
    for (const page of [customer, operator]) {
      await page.goto(relay.pageUrl);
      await page.addScriptTag({ content: script });
    }
    // Capturing needs a click of the person.
    await customer.mouse.click(200, 200);
    const outcome = await customer.evaluate(() => joinBench.capture());
    if (outcome !== "captured") throw new Error(`The tab could not be captured: ${outcome}`);
    return new Joins(relay, coturn, customer, operator);
  }

  /** @returns the time in ms. @throws Error when not all are connected in time, or not on this path */
  async one(path: Path): Promise<number> {
    const sessionId = randomUUID();
    const iceServers = this.#iceServers(sessionId);
    const [share, view] = [
      { ...(await this.#relay.assign(sessionId, "customer")), iceServers },
      { ...(await this.#relay.assign(sessionId, "operator")), iceServers },
    ];
    const startedAt = await Promise.all([
      this.#customer.evaluate((assignment) => joinBench.join(assignment, "customer"), share),
      this.#operator.evaluate((assignment) => joinBench.join(assignment, "operator"), view),
    ]);
    const connectedAt = await Promise.all(
      this.#pages.map((page) =>
        until("a side is connected", () => page.evaluate(() => joinBench.connectedAt()), JOIN_TIMEOUT_MS),
      ),
    );
    const ways = await until("each connection tells its way", async () => {
      const told = await Promise.all(this.#pages.map((page) => page.evaluate(() => joinBench.ways())));
      // What a browser says of itself lags behind by some milliseconds.
      return told.flat().every(({ way }) => way !== "none") && told.flat();
    });
    if (ways.some(({ way, port }) => way !== path.way || port !== this.#relay.mediaPort)) {
      throw new Error(`took another way: ${ways.map(({ way, port }) => `${way} to ${port}`).join(", ")}`);
    }
    return Math.max(...connectedAt) - Math.min(...startedAt);
  }

  async leave(): Promise<void> {
    await this.#operator.evaluate(() => joinBench.end()).catch(() => {});
    await Promise.all(this.#pages.map((page) => page.evaluate(() => joinBench.close())));
  }

  get #pages(): readonly Page[] {
    return [this.#customer, this.#operator];
  }

  /** What the management server hands out with the tokens. */
  #iceServers(sessionId: string): IceServer[] {
    const { port, secret } = this.#coturn;
    const env = { TURN_URLS: [`turns:localhost:${port}?transport=tcp`], TURN_SECRET: secret };
    return iceServersFor({ env, now: () => new Date() }, sessionId, SESSION_TURN_TTL_SECONDS);
  }
}
