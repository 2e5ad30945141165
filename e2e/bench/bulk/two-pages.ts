import { randomUUID } from "node:crypto";
import { type Browser, chromium, type Page } from "@playwright/test";
import type { RelayAssignment } from "@/protocol/join-token";
import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import { baseFlags, findChromium } from "../../fixtures/chromium";
import { type BenchRelay, startBenchRelay } from "../bench-relay";
import { pageScript } from "../page-script";

/** A relay and the two sides of a session, each in a browser of its own. */
export interface TwoPages {
  readonly relay: BenchRelay;
  readonly operator: Page;
  readonly customer: Page;
  /** Both join the session; again, as after a lost connection, if they have done so before. */
  readonly join: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** @param entry what runs in the pages @param join how a page joins, given its ticket */
export async function openTwoPages(
  workerBin: string,
  entry: string,
  join: (page: Page, assignment: RelayAssignment) => Promise<void>,
): Promise<TwoPages> {
  const relay = await startBenchRelay(workerBin);
  const browsers: Browser[] = [];
  const close = async () => {
    for (const browser of browsers) await browser.close();
    relay.close();
  };
  try {
    const script = await pageScript(entry);
    const open = async () => {
      const browser = await chromium.launch({ executablePath: findChromium(), args: [...baseFlags] });
      browsers.push(browser);
      const page = await (await browser.newContext()).newPage();
      await page.goto(relay.pageUrl);
      await page.addScriptTag({ content: script });
      return page;
    };
    const [operator, customer] = [await open(), await open()];
    const sessionId = randomUUID();
    const permissions = { ...CONSENTED_PERMISSIONS, file: true };
    const joinBoth = async () => {
      await join(operator, await relay.assign(sessionId, "operator", permissions));
      await join(customer, await relay.assign(sessionId, "customer", permissions));
    };
    await joinBoth();
    return { relay, operator, customer, join: joinBoth, close };
  } catch (error) {
    await close();
    throw error;
  }
}
