import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { type BrowserContext, chromium, type Page } from "@playwright/test";
import { SignallingClient } from "../../../relay/testing/signalling-client";
import { baseFlags, findChromium, tabFlags } from "../../fixtures/chromium";
import { type BenchRelay, startBenchRelay } from "../bench-relay";
import { pageScript } from "../page-script";
import { receiveThroughRelay } from "./forwarded-session";
import type { MediaLeg } from "./media-leg";
import { monotonicMs, packetKinds, rateOf, SCREEN_TRAFFIC_FILE, type ScreenTraffic } from "./screen-traffic";

/**
 * Records what `sessions-per-core` plays: `node --import tsx e2e/bench/relay/record-screen-traffic.ts`, with the built relay and
 * `MEDIASOUP_WORKER_BIN`. A Chromium shares a tab through the relay as the product does it, and the sizes, times and kinds of the
 * packets that come out at the operator are written down, nothing of their content.
 *
 * On the tab, 12 px text stands still (1.5 s), is scrolled (4 s), written into (4 s) and covered by a dragged box (2.5 s).
 */
const TITLE = "A shared tab";
const WIDTH = 1280;
const HEIGHT = 800;
/** Until congestion control has found its rate. */
const SETTLE_MS = 8_000;
const DURATION_MS = 12_000;

/** Its script is text, since what the compiler adds to functions would be missing in the page. */
const SCENE = `<title>${TITLE}</title>
<style>
  body { margin: 0; font: 12px/1.5 sans-serif; overflow: hidden; height: ${HEIGHT}px }
  #text { column-count: 3; padding: 8px }
  #typed { position: fixed; left: 40px; top: 60px; width: 500px; background: white; padding: 12px; font-size: 14px }
  #box { position: fixed; left: 0; top: 200px; width: 420px; height: 280px; background: #33458c; display: none }
</style>
<div id="text"></div><p id="typed"></p><div id="box"></div>
<script>
  const words = "the window of a colleague shows what the customer sees and where the pointer is now".split(" ");
  const word = (n) => words[(n * 7 + Math.floor(n / 11)) % words.length];
  text.textContent = Array.from({ length: 9000 }, (_, n) => word(n)).join(" ");
  function frame() {
    requestAnimationFrame(frame);
    const at = performance.now() - Number(document.documentElement.dataset.startedAt);
    // Before the recording something moves too, or congestion control would find nothing to measure.
    if (Number.isNaN(at)) text.style.transform = "translateY(" + -((performance.now() / 5) % 2000) + "px)";
    else if (at < 1500) text.style.transform = "translateY(-400px)";
    else if (at < 5500) text.style.transform = "translateY(" + (-400 - (at - 1500) / 4) + "px)";
    else if (at < 9500) typed.textContent = Array.from({ length: Math.floor((at - 5500) / 60) }, (_, n) => word(n).slice(0, 3)).join("");
    else {
      box.style.display = "block";
      box.style.left = 200 + 400 * Math.sin((at - 9500) / 400) + "px";
    }
  }
  frame();
</script>`;

const relay = await startBenchRelay(process.env.MEDIASOUP_WORKER_BIN ?? "");
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: [...baseFlags, ...tabFlags(TITLE)],
});
try {
  const context = await browser.newContext({ viewport: { width: WIDTH, height: HEIGHT } });
  const scene = await openScene(context);
  const receiving = await share(context, relay);
  const packets: ScreenTraffic["packets"] = [];
  let startedAt = Number.POSITIVE_INFINITY;
  receiving.onPacket((packet) => {
    const atMs = monotonicMs() - startedAt;
    const kind = kindOf(packet);
    if (kind === null || atMs < 0 || atMs >= DURATION_MS) return;
    packets.push([Math.round(atMs * 10) / 10, packet.length, kind, (packet[1] ?? 0) >> 7]);
  });
  await scene.waitForTimeout(SETTLE_MS);
  // The recording begins with a key frame, as every play of it must.
  receiving.requestKeyFrame();
  startedAt = monotonicMs();
  await scene.evaluate(() => {
    document.documentElement.dataset.startedAt = String(performance.now());
  });
  await scene.waitForTimeout(DURATION_MS + 500);
  const first = packets.findIndex(([, , kind]) => kind === packetKinds.keyFrame);
  if (first === -1) throw new Error("No key frame came.");
  const traffic: ScreenTraffic = { durationMs: DURATION_MS, packets: packets.slice(first) };
  const lines = traffic.packets.map((packet) => JSON.stringify(packet)).join(",\n");
  await writeFile(SCREEN_TRAFFIC_FILE, `{"durationMs":${DURATION_MS},"packets":[\n${lines}\n]}\n`);
  const { bps, packetsPerSecond } = rateOf(traffic);
  console.log(
    `${traffic.packets.length} packets, ${(bps / 1e6).toFixed(2)} Mbit/s, ${packetsPerSecond.toFixed(0)} a second`,
  );
} finally {
  await browser.close();
  relay.close();
}
process.exit(0);

/** The customer in a page of its own, the operator in this process. */
async function share(
  context: BrowserContext,
  relay: BenchRelay,
): Promise<MediaLeg & { requestKeyFrame: () => void }> {
  const page = await context.newPage();
  await page.goto(relay.pageUrl);
  await page.addScriptTag({ content: await pageScript("e2e/bench/in-page.ts") });
  await page.mouse.click(200, 200);
  const outcome = await page.evaluate(() => bench.capture());
  if (outcome !== "captured") throw new Error(`The tab could not be captured: ${outcome}`);
  const sessionId = randomUUID();
  const assignment = await relay.assign(sessionId, "customer");
  await page.evaluate((one) => bench.shareThroughRelay(one), assignment);
  const { signallingUrl, token } = await relay.assign(sessionId, "operator");
  const viewer = await SignallingClient.connect(signallingUrl, { origin: relay.pageUrl });
  const { leg, consumerId } = await receiveThroughRelay(viewer, token);
  return { ...leg, requestKeyFrame: () => void viewer.request("requestKeyFrame", { consumerId }) };
}

async function openScene(context: BrowserContext): Promise<Page> {
  const scene = await context.newPage();
  await scene.setContent(SCENE);
  return scene;
}

/** One of {@link packetKinds} for a VP8 packet (RFC 7741, 4.2); null for RTCP. */
function kindOf(packet: Buffer): number | null {
  const byte = (offset: number) => packet[offset] ?? 0;
  if (byte(1) >= 192 && byte(1) <= 223) return null;
  let offset = 12 + (byte(0) & 0x0f) * 4;
  if ((byte(0) & 0x10) !== 0) offset += 4 + packet.readUInt16BE(offset + 2) * 4;
  const descriptor = byte(offset);
  const startsFrame = (descriptor & 0x1f) === 0x10;
  offset += 1;
  if ((descriptor & 0x80) !== 0) {
    const extension = byte(offset);
    offset += 1;
    if ((extension & 0x80) !== 0) offset += (byte(offset) & 0x80) !== 0 ? 2 : 1;
    if ((extension & 0x40) !== 0) offset += 1;
    if ((extension & 0x30) !== 0) offset += 1;
  }
  if (!startsFrame) return packetKinds.continuation;
  return (byte(offset) & 1) === 0 ? packetKinds.keyFrame : packetKinds.deltaFrame;
}
