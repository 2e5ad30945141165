import { rm } from "node:fs/promises";
import { type BrowserContext, chromium, type Page } from "@playwright/test";
import { type Coturn, startCoturn, whyNoCoturn } from "../../scripts/turn/coturn";
import { Customer } from "../actors/customer";
import { goLive } from "../actors/go-live";
import { Operator } from "../actors/operator";
import { findChromium, storyFlags, tabFlags } from "../fixtures/chromium";
import { type Stack, startStack } from "../fixtures/stack";
import { expect, SHARED_TAB_TITLE, test } from "../fixtures/test";
import { trustingHome } from "../fixtures/trusting-home";

/** What pages of these tests keep for the test to look at. */
type Observed = Window & { connections?: RTCPeerConnection[] };

test.describe("TURN over TLS", () => {
  let coturn: Coturn;
  let stack: Stack;
  let home: string;
  const closing: (() => Promise<unknown>)[] = [];

  test.beforeAll(async () => {
    const reason = await whyNoCoturn();
    if (reason !== null) console.warn(`TURN is not tested: ${reason}`);
    test.skip(reason !== null, reason ?? "");
    test.setTimeout(240_000);
    coturn = await startCoturn("127.0.0.1");
    closing.push(() => coturn.stop());
    home = await trustingHome(coturn.certificate);
    closing.push(() => rm(home, { recursive: true, force: true }));
    process.env.TURN_URLS = `turns:localhost:${coturn.port}?transport=tcp`;
    process.env.TURN_SECRET = coturn.secret;
    const started = await startStack();
    delete process.env.TURN_URLS;
    delete process.env.TURN_SECRET;
    stack = started.stack;
    closing.push(() => started.stop());
  });
  test.afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  /** A browser that trusts the TURN server's certificate, as it would one of a real authority. */
  const openContext = async (flags: readonly string[] = []): Promise<BrowserContext> => {
    const browser = await chromium.launch({
      executablePath: findChromium(),
      args: [...storyFlags, ...flags],
      env: { ...process.env, HOME: home },
    });
    closing.push(() => browser.close());
    return await browser.newContext({ locale: "en-US" });
  };

  test("the check finds it open", async () => {
    const page = await (await openContext()).newPage();
    await page.goto(`${stack.url}/check`);
    const row = page.getByRole("listitem").filter({ hasText: "Way through strict firewalls" });
    await expect(row).toContainText("Good", { timeout: 30_000 });
  });

  test("a session's picture flows where nothing else is open", async () => {
    test.setTimeout(120_000);
    const operatorContext = await openContext();
    const customerContext = await openContext(tabFlags(SHARED_TAB_TITLE));
    for (const context of [operatorContext, customerContext]) await throughTurnAlone(context);
    const operator = await Operator.open(operatorContext, stack, "en");
    const sharedTab = await customerContext.newPage();
    await sharedTab.setContent(`<title>${SHARED_TAB_TITLE}</title><body style="background:rgb(200,30,30)">`);
    const customer = new Customer(await customerContext.newPage(), stack, "en");
    await operator.signIn();
    await goLive(operator, customer);
    for (const page of [operator.page, customer.page]) {
      expect(new Set(await waysInUse(page))).toEqual(new Set(["relay over tls"]));
    }
    await customer.stop();
  });
});

/** As behind a firewall that lets nothing out but TLS: the browser takes no other way than the TURN server. */
async function throughTurnAlone(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const Native = window.RTCPeerConnection;
    const observed: Observed = window;
    const connections: RTCPeerConnection[] = [];
    observed.connections = connections;
    window.RTCPeerConnection = class extends Native {
      constructor(configuration?: RTCConfiguration) {
        super({ ...configuration, iceTransportPolicy: "relay" });
        connections.push(this);
      }
    };
  });
}

/** How each connected transport of the page reaches the relay. */
async function waysInUse(page: Page): Promise<string[]> {
  return await page.evaluate(async () => {
    const observed: Observed = window;
    const connected = (observed.connections ?? []).filter((one) => one.connectionState === "connected");
    const reports = await Promise.all(connected.map((one) => one.getStats()));
    return reports.flatMap((report) => {
      const entries: Record<string, unknown>[] = [...report.values()];
      const pair = entries.find(({ type, nominated }) => type === "candidate-pair" && nominated === true);
      const local = entries.find(({ id }) => id === pair?.localCandidateId);
      return local ? [`${String(local.candidateType)} over ${String(local.relayProtocol)}`] : [];
    });
  });
}
