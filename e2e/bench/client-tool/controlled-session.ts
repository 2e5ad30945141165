import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { Customer } from "../../actors/customer";
import { goLive } from "../../actors/go-live";
import { Operator } from "../../actors/operator";
import { findChromium, storyFlags, wholeScreenFlags } from "../../fixtures/chromium";
import { ClientTool } from "../../fixtures/client-tool";
import { openDisplay } from "../../fixtures/display";
import type { Stack } from "../../fixtures/stack";
import { pageScript } from "../page-script";
import { buildBareReceiver, openBareChannel } from "./bare-channel";
import { HandPath, type MovedParts, timeOriginMs } from "./moves";
import { TellingProcess } from "./telling-process";

/** A session of the product in which the operator controls the customer's machine, as in the story `client-tool.spec.ts`. */
export interface ControlledSession extends MovedParts {
  readonly tool: ClientTool;
  close: () => Promise<void>;
}

/** The release must have been published. */
export async function openControlledSession(stack: Stack): Promise<ControlledSession> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const one of closers.splice(0)) await one();
  };
  try {
    const receiver = await buildBareReceiver();
    const display = await openDisplay();
    closers.unshift(display.close);
    const watch = new TellingProcess(process.execPath, ["e2e/bench/client-tool/watch-x.mjs", display.name]);
    closers.unshift(() => watch.close());
    await watch.next("ready");
    const executablePath = findChromium();
    const browser = await chromium.launch({ executablePath, args: [...storyFlags] });
    closers.unshift(() => browser.close());
    const profile = await mkdtemp(join(tmpdir(), "madoguchi-bench-"));
    closers.unshift(() => rm(profile, { recursive: true, force: true }));
    const customerBrowser = await chromium.launchPersistentContext(profile, {
      headless: false,
      executablePath,
      args: [...storyFlags, ...wholeScreenFlags, "--window-position=0,0", "--window-size=900,780"],
      env: { ...process.env, DISPLAY: display.name },
      locale: "en-US",
      viewport: null,
    });
    closers.unshift(() => customerBrowser.close());
    const context = await browser.newContext({ locale: "en-US", viewport: { width: 1280, height: 800 } });
    const operator = await Operator.open(context, stack);
    const customer = new Customer(customerBrowser.pages()[0] ?? (await customerBrowser.newPage()), stack);

    await operator.signIn();
    await goLive(operator, customer);
    await operator.requestControl();
    await customer.allowControl({ tellsDevice: true });
    const tool = await ClientTool.begun(await customer.downloadTool(), display, closers);
    await operator.control.expectOn();

    await operator.page.evaluate(await pageScript("e2e/bench/client-tool/in-page.ts"));
    const bare = await openBareChannel(receiver, operator.page);
    closers.unshift(() => bare.close());
    const originMs = await timeOriginMs(operator.page);
    return { operator, path: new HandPath(), watches: { tool: watch, bare }, originMs, tool, close };
  } catch (error) {
    await close();
    throw error;
  }
}
