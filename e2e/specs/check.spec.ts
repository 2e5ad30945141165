import { execFileSync } from "node:child_process";
import type { Page } from "@playwright/test";
import { descendantsOf, udpPortsOf } from "../fixtures/processes";
import { expect, test } from "../fixtures/test";

/** Runs before the check has begun are over at the latest: two ways that are tried for 8 s, two measurements of 3 s. */
const CHECK_TIMEOUT_MS = 40_000;

const row = (page: Page, name: string) =>
  page.getByRole("listitem").filter({ has: page.getByRole("heading", { name }) });
const verdict = (page: Page) => page.getByRole("main").getByRole("status").first();

test("a customer finds that everything works, in two languages", async ({
  operatorBrowser,
  stack,
  watchPages,
}) => {
  for (const [locale, link, title, good] of [
    ["en-US", "Trouble connecting?", "Connection check", "Everything works"],
    ["ja-JP", "つながらないときは", "接続の確認", "問題ありません"],
  ] as const) {
    const context = await operatorBrowser.newContext({ locale });
    watchPages(context);
    const page = await context.newPage();
    await page.goto(stack.url);
    await page.getByRole("link", { name: link }).click();
    await expect(page.getByRole("heading", { name: title })).toBeVisible();
    await expect(verdict(page)).toContainText(good, { timeout: CHECK_TIMEOUT_MS });
    await expect(page.getByTestId("administrator-text")).toHaveCount(0);
    await context.close();
  }
  await expect
    .poll(
      async () =>
        /madoguchi_relay_checks (\d+)/.exec(await (await fetch(`${stack.relayUrl}/metrics`)).text())?.[1],
    )
    .toBe("0");
});

test("an operator opens it from the console", async ({ openOperator }) => {
  const operator = await openOperator();
  await operator.signIn();
  await operator.page.getByRole("button", { name: /^Account: / }).click();
  await operator.page.getByRole("menuitem", { name: "Check the connection" }).click();
  await expect(row(operator.page, "Connection to the service")).toContainText("Good");
});

test("a firewall that drops UDP is told, with the ports to open", async ({
  operatorBrowser,
  stack,
  watchPages,
}) => {
  test.skip(process.getuid?.() !== 0, "Only root may set up a firewall.");
  const ports = udpPortsOf(descendantsOf(stack.starterPid));
  expect(ports.length).toBeGreaterThan(0);
  const rule = ["-p", "udp", "-d", "127.0.0.1", "-m", "multiport", "--dports", ports.join(","), "-j", "DROP"];
  execFileSync("iptables", ["-I", "INPUT", ...rule]);
  try {
    const context = await operatorBrowser.newContext({ locale: "en-US" });
    watchPages(context);
    const page = await context.newPage();
    await page.goto(`${stack.url}/check`);
    await expect(verdict(page)).toContainText("Sessions work, with limits", { timeout: CHECK_TIMEOUT_MS });
    await expect(row(page, "Fast way for the picture")).toContainText("Blocked");
    await expect(row(page, "Second way for the picture")).toContainText("Good");
    await expect(row(page, "Speed of sending")).toContainText(/Mbit\/s/);
    const text = page.getByTestId("administrator-text");
    await expect(text).toContainText(/UDP \d+(–\d+)? to 127\.0\.0\.1/);
    await expect(text).toContainText(`UDP ${Math.min(...ports)}`);
    await expect(text).not.toContainText("ICE-TCP");
    await context.close();
  } finally {
    execFileSync("iptables", ["-D", "INPUT", ...rule]);
  }
});

test("a relay that does not answer is told", async ({ operatorBrowser, stack, watchPages }) => {
  const context = await operatorBrowser.newContext({ locale: "en-US" });
  watchPages(context);
  const page = await context.newPage();
  const relay = descendantsOf(stack.starterPid).find(({ command }) => command.includes("relay.mjs"));
  if (!relay) throw new Error("The product has no relay.");
  process.kill(relay.pid, "SIGSTOP");
  try {
    await page.goto(`${stack.url}/check`);
    await expect(verdict(page)).toContainText("Sessions will not work from here", {
      timeout: CHECK_TIMEOUT_MS,
    });
    await expect(row(page, "Connection to the service")).toContainText("Blocked");
    await expect(row(page, "Fast way for the picture")).toContainText("Not tried");
    await expect(page.getByTestId("administrator-text")).toContainText(
      `TCP ${new URL(stack.relayUrl).port} to localhost`,
    );
  } finally {
    process.kill(relay.pid, "SIGCONT");
  }
  await page.getByRole("button", { name: "Check again" }).click();
  await expect(verdict(page)).toContainText("Everything works", { timeout: CHECK_TIMEOUT_MS });
  await context.close();
});
