import { setTimeout as delay } from "node:timers/promises";
import { errors } from "@playwright/test";
import { median } from "../statistics";
import type { Cell, CellFigures, SceneFigures } from "./cell";
import { FRAMES_PER_SECOND, type SceneName, sceneNames } from "./scenes";
import type { Studio } from "./studio";

/** Left out of the figures: the codec and congestion control settle. */
const SETTLE_MS = 400;
const SCENE_MS = 1_200;
const COMPARE_EVERY_MS = 250;
const BURST_FRAMES = FRAMES_PER_SECOND;
const BURST_MS = (BURST_FRAMES / FRAMES_PER_SECOND) * 1000;
const STATIC_LIMIT_MS = 4_000;
const FIRST_FRAME_LIMIT_MS = 10_000;
/** As good as the original to the eye, in the bench's goal. */
export const SHARP_SSIM = 0.98;

/** Connects the two browsers as the cell says and shows every scene. */
export async function measureCell(
  studio: Studio,
  cell: Cell,
  scenes: readonly SceneName[] = sceneNames,
): Promise<CellFigures> {
  const { sender, viewer } = studio;
  try {
    await connectCell(studio, cell);
    const figures: SceneFigures[] = [];
    for (const scene of scenes) figures.push(await measureScene(studio, scene));
    const outbound = await sender.page.evaluate(() => pictureBench.outbound());
    const inbound = await viewer.page.evaluate(() => pictureBench.inbound());
    const still = await measureStill(studio);
    return {
      cell,
      scenes: figures,
      ...still,
      encoder: String(outbound.encoderImplementation),
      decoder: String(inbound.decoderImplementation),
      limitedBy: String(outbound.qualityLimitationReason),
      frameWidth: Number(inbound.frameWidth),
    };
  } finally {
    await disconnectCell(studio);
  }
}

/** Connects the two browsers as the cell says, while text is scrolled, until the codec has settled. */
async function connectCell({ shared, sender, viewer }: Studio, cell: Cell): Promise<void> {
  await shared.evaluate(() => sharedScene.play("scroll", null));
  const offer = await sender.page.evaluate((one) => pictureBench.offer(one), cell);
  const answer = await viewer.page.evaluate((sdp) => pictureBench.answer(sdp), offer);
  await sender.page.evaluate(([sdp, kbps]) => pictureBench.accept(sdp, kbps), [
    answer,
    cell.startBitrateKbps,
  ] as const);
  await viewer.page.waitForFunction(() => pictureBench.newest() >= 0, undefined, {
    timeout: FIRST_FRAME_LIMIT_MS,
  });
  await delay(SETTLE_MS);
}

async function disconnectCell({ shared, sender, viewer }: Studio): Promise<void> {
  await shared.evaluate(() => sharedScene.stop());
  await sender.page.evaluate(() => pictureBench.close());
  await viewer.page.evaluate(() => pictureBench.close());
}

async function measureScene(studio: Studio, scene: SceneName): Promise<SceneFigures> {
  const { shared, viewer } = studio;
  await shared.evaluate((name) => sharedScene.play(name, null), scene);
  await delay(SETTLE_MS);
  await viewer.page.evaluate((everyMs) => pictureBench.keep({ everyMs, still: -1 }), COMPARE_EVERY_MS);
  const before = await readings(studio);
  await delay(SCENE_MS);
  const after = await readings(studio);
  const compared = await compare(studio, scene);
  const seconds = (after.atMs - before.atMs) / 1000;
  const decoded = after.framesDecoded - before.framesDecoded;
  const encoded = after.framesEncoded - before.framesEncoded;
  return {
    scene,
    framesPerSecond: decoded / seconds,
    ssim: compared.length === 0 ? Number.NaN : median(compared.map(({ ssim }) => ssim)),
    comparedFrames: compared.length,
    bitrateBps: ((after.bytesSent - before.bytesSent) * 8) / seconds,
    senderCpu: (after.senderCpu - before.senderCpu) / seconds,
    receiverCpu: (after.receiverCpu - before.receiverCpu) / seconds,
    encodeMsPerFrame: ((after.totalEncodeTime - before.totalEncodeTime) / encoded) * 1000,
    jitterBufferMs:
      ((after.jitterBufferDelay - before.jitterBufferDelay) /
        (after.jitterBufferEmittedCount - before.jitterBufferEmittedCount)) *
      1000,
  };
}

/** After a quick turn of the wheel the screen stands still: how long until it is sharp at the receiver? */
async function measureStill(studio: Studio): Promise<Pick<CellFigures, "staticSharpMs" | "staticSsim">> {
  const { shared, viewer } = studio;
  const last = BURST_FRAMES - 1;
  const png = await studio.source("scroll", last);
  await viewer.page.evaluate(([frame, picture]) => pictureBench.putSource("scroll", frame, picture), [
    last,
    png,
  ] as const);
  const burst = shared.evaluate((frames) => sharedScene.play("scroll", frames), BURST_FRAMES);
  // The frame was drawn for the source just now: what is kept must come after the burst's first frames.
  await delay(BURST_MS / 2);
  await viewer.page.evaluate((still) => pictureBench.keep({ everyMs: null, still }), last);
  const stoodStillAt = await burst;
  await viewer.page
    .waitForFunction((enough) => pictureBench.sharpness("scroll") >= enough, SHARP_SSIM, {
      timeout: STATIC_LIMIT_MS,
      polling: 50,
    })
    .catch((error: unknown) => {
      // Not sharp within the limit is a result, and written down as such.
      if (!(error instanceof errors.TimeoutError)) throw error;
    });
  const compared = await compare(studio, "scroll");
  const sharp = compared.find(({ ssim }) => ssim >= SHARP_SSIM);
  return {
    staticSharpMs: sharp ? sharp.atMs - stoodStillAt : null,
    staticSsim: compared.at(-1)?.ssim ?? Number.NaN,
  };
}

/** Compares what was kept at the receiver with its sources, which are drawn once more for that. */
async function compare(
  { shared, viewer, source }: Studio,
  scene: SceneName,
): Promise<{ atMs: number; ssim: number }[]> {
  await shared.evaluate(() => sharedScene.stop());
  await viewer.page.evaluate(() => pictureBench.keepNoMore());
  for (const frame of await viewer.page.evaluate((name) => pictureBench.missing(name), scene)) {
    const png = await source(scene, frame);
    await viewer.page.evaluate(([name, number, picture]) => pictureBench.putSource(name, number, picture), [
      scene,
      frame,
      png,
    ] as const);
  }
  return await viewer.page.evaluate((name) => pictureBench.compare(name), scene);
}

const counters = [
  "framesEncoded",
  "totalEncodeTime",
  "bytesSent",
  "framesDecoded",
  "jitterBufferDelay",
  "jitterBufferEmittedCount",
] as const;
type Readings = Record<(typeof counters)[number] | "atMs" | "senderCpu" | "receiverCpu", number>;

async function readings({ sender, viewer }: Studio): Promise<Readings> {
  const [outbound, inbound, senderCpu, receiverCpu] = await Promise.all([
    sender.page.evaluate(() => pictureBench.outbound()),
    viewer.page.evaluate(() => pictureBench.inbound()),
    sender.cpuSeconds(),
    viewer.cpuSeconds(),
  ]);
  const value = (name: (typeof counters)[number]) => Number(outbound[name] ?? inbound[name] ?? 0);
  return {
    atMs: performance.now(),
    senderCpu,
    receiverCpu,
    framesEncoded: value("framesEncoded"),
    totalEncodeTime: value("totalEncodeTime"),
    bytesSent: value("bytesSent"),
    framesDecoded: value("framesDecoded"),
    jitterBufferDelay: value("jitterBufferDelay"),
    jitterBufferEmittedCount: value("jitterBufferEmittedCount"),
  };
}
