import type { Page } from "@playwright/test";
import { buildTool } from "../../../scripts/client-tool/build";
import { TellingProcess } from "./telling-process";

const FOLDER = "build/bare-channel";

/** Makes the program that does nothing but receive: an executable, as the tool is one. @returns its path */
export async function buildBareReceiver(): Promise<string> {
  const { executable } = await buildTool({
    platform: "linux",
    // It looks for no release.
    identity: { version: "0.0.0", channel: "stable", publicKey: "" },
    folder: FOLDER,
    entry: "e2e/bench/client-tool/bare-receiver.ts",
  });
  return executable;
}

/** Connects a page to that program by a data channel of the kind that the operator's moves go by, with nothing in between. */
export async function openBareChannel(executable: string, page: Page): Promise<TellingProcess> {
  const receiver = new TellingProcess(executable, []);
  try {
    const answered = receiver.next("answer");
    const isReady = receiver.next("ready");
    // Waited for below, when it can come.
    isReady.catch(() => {});
    receiver.tell(JSON.stringify(await page.evaluate(() => moveBench.offer())));
    const { sdp } = await answered;
    // By the same interface as the way through the relay.
    const onLoopback = sdp.replace(/^(a=candidate:\S+ \d+ UDP \d+) \d+\.\d+\.\d+\.\d+ /gim, "$1 127.0.0.1 ");
    await page.evaluate((answer) => moveBench.answered(answer), onLoopback);
    await isReady;
    return receiver;
  } catch (error) {
    await receiver.close();
    throw error;
  }
}
