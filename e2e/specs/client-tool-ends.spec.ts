import { readdir } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { z } from "zod";
import { toolFileName } from "@/protocol/client-tool";
import { DesktopProgram } from "../actors/desktop";
import { goLive } from "../actors/go-live";
import { LEFT_BUTTON, PressedInput, SHIFT_KEY } from "../actors/pressed-input";
import type { PictureSpot } from "../actors/remote-control";
import { ClientTool, PUBLISH_TIMEOUT_MS, publishClientTool } from "../fixtures/client-tool";
import { createTeam } from "../fixtures/create-team";
import type { Display } from "../fixtures/display";
import { killBrowser } from "../fixtures/kill-browser";
import { letPairingsLapse } from "../fixtures/let-pairings-lapse";
import { descendantsOf } from "../fixtures/processes";
import type { Stack } from "../fixtures/stack";
import { expect, test } from "../fixtures/test";

/** xmessage ends with the number that its button has. */
const PRESSED = 7;
/** What the tool's process ends with (`--help` has the list). */
const exitCodes = { ended: 0, pairing: 3, refused: 7 } as const;

test.beforeAll(async ({ stack }) => {
  test.setTimeout(PUBLISH_TIMEOUT_MS);
  await publishClientTool(stack);
});

test("control goes on or ends plainly, whoever is gone, and a download opens its own session alone", async ({
  openDesk,
  openOperator,
  openScreenCustomer,
  openTabCustomer,
  stack,
}) => {
  test.setTimeout(180_000);
  const desk = await openDesk();
  const { operator } = desk;
  const { customer, display } = await openScreenCustomer();
  const closing: (() => unknown)[] = [];
  const pressed = new PressedInput(display);
  closing.unshift(() => pressed.close());
  const empty = { x: 0.85, y: 0.45 };

  try {
    const late = await test.step("a download that was started too late opens nothing", async () => {
      await operator.signIn();
      await goLive(operator, customer);
      await operator.requestControl();
      await customer.allowControl();
      const started = await ClientTool.from(await customer.downloadTool(), display);
      closing.unshift(() => started.close());
      await letPairingsLapse(stack);
      started.start();
      await expect.poll(() => started.output).toContain("This download has expired.");
      await started.closeWords();
      expect(await started.ended()).toBe(exitCodes.pairing);
      await expectNothingLeft(started);
      return started;
    });

    const tool = await test.step("a new one does", async () => {
      const started = await late.named(toolFileName(stack.url, await pair(customer.page), ""));
      started.start();
      closing.unshift(() => started.stop());
      await started.sayYes();
      await operator.control.expectOn();
      return started;
    });

    await test.step("the customer takes control back on the page, and gives it again", async () => {
      await desk.hold(empty);
      await pressed.expect([SHIFT_KEY, LEFT_BUTTON], "held by the operator");
      await customer.viewOnly();
      await pressed.expect([], "after the customer has taken control back");
      await desk.letGo();
      await expect(operator.page.getByText("The customer has taken control back.")).toBeVisible();
      await operator.requestControl();
      await customer.allowControl();
      // The tool is still there.
      await operator.control.expectOn();
    });

    await test.step("the management server is killed: control does not even notice", async () => {
      kill(stack, "management-server.mjs");
      await expectClick(display, closing, (spot) => desk.click(spot));
      await expect
        .poll(
          () =>
            fetch(`${stack.url}/api/health`)
              .then(({ status }) => status)
              .catch(() => 0),
          { timeout: 60_000 },
        )
        .toBe(200);
    });

    await test.step("the relay's workers are killed: nothing stays pressed, and control goes on over others", async () => {
      await desk.hold(empty);
      await pressed.expect([SHIFT_KEY, LEFT_BUTTON], "held by the operator");
      const before = await Promise.all([joins(stack, "tool"), joins(stack, "operator")]);
      kill(stack, "mediasoup-worker");
      await pressed.expect([], "after the relay's workers were killed");
      await desk.letGo();
      await expect.poll(() => joins(stack, "tool")).toBe(before[0] + 1);
      await expect.poll(() => joins(stack, "operator")).toBe(before[1] + 1);
      await operator.control.expectOn();
      await operator.expectRemoteScreenPlaying();
      await expectClick(display, closing, (spot) => desk.click(spot));
    });

    const successor =
      await test.step("the operator's browser is killed: nothing stays pressed, and another one goes on", async () => {
        const address = operator.page.url();
        await desk.hold(empty);
        await pressed.expect([SHIFT_KEY, LEFT_BUTTON], "held by the operator");
        await desk.kill();
        await pressed.expect([], "after the operator's browser was killed");
        const next = await openOperator();
        await next.signIn();
        await next.page.goto(address);
        await next.control.expectOn();
        await next.expectRemoteScreenPlaying();
        await expectClick(display, closing, ({ x, y }) => next.control.click(x, y));
        return next;
      });

    const foreign = toolFileName(stack.url, await pair(customer.page), "");
    await test.step("the customer's browser is killed: the tool ends with the session", async () => {
      await killBrowser(customer.page);
      await successor.endSession();
      await expect.poll(() => tool.output).toContain("The operator has ended the session.");
      await tool.closeWords();
      expect(await tool.ended()).toBe(exitCodes.ended);
      await expectNothingLeft(tool);
    });

    await test.step("a download of that session opens no other, of another company, which waits for its own", async () => {
      const team = await createTeam(stack);
      const other = await openOperator();
      await other.signIn(team.operator.code, team);
      const { customer: visitor } = await openTabCustomer();
      await goLive(other, visitor);
      await other.requestControl();
      await visitor.allowControl();
      await expect(other.page.getByText("Waiting for the entire screen…")).toBeVisible();
      const before = await joins(stack, "tool");
      const stray = await late.named(foreign);
      stray.start();
      await expect.poll(() => stray.output).toContain("The session has ended, so there is nothing to join.");
      await stray.closeWords();
      expect(await stray.ended()).toBe(exitCodes.refused);
      expect(await joins(stack, "tool")).toBe(before);
      await expectNothingLeft(stray);
      await visitor.stop();
    });
  } finally {
    for (const close of closing) await close();
  }
});

const pairedSchema = z.object({
  result: z.object({ data: z.object({ json: z.object({ token: z.string() }) }) }),
});

/** Asks for a download's token as the customer's page does. */
async function pair(page: Page): Promise<string> {
  const answer = await page.evaluate(async () => {
    const response = await fetch("/api/trpc/session.pairTool", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ json: { sharesDevice: false } }),
    });
    return await response.json();
  });
  return pairedSchema.parse(answer).result.data.json.token;
}

/** A click reaches a real button on the customer's display. */
async function expectClick(
  display: Display,
  closing: (() => unknown)[],
  click: (spot: PictureSpot) => Promise<void>,
): Promise<void> {
  const title = `box ${closing.length}`;
  const box = new DesktopProgram(display, title, "xmessage", [
    ...["-title", title, "-geometry", "+960+60", "-buttons", `Okay:${PRESSED}`, "Press the button."],
  ]);
  closing.unshift(() => box.close());
  const { x, y, height } = await box.place();
  await click({ x: (x + 25) / display.width, y: (y + height - 16) / display.height });
  await expect.poll(() => box.exitCode).toBe(PRESSED);
}

/** Kills the product's processes of that name. */
function kill({ starterPid }: Stack, name: string): void {
  const found = descendantsOf(starterPid).filter(({ command }) => command.includes(name));
  if (found.length === 0) throw new Error(`No ${name} among the product's processes.`);
  for (const { pid } of found) process.kill(pid, "SIGKILL");
}

/** How many of that role have joined a session so far. */
async function joins({ relayUrl }: Stack, role: "tool" | "operator"): Promise<number> {
  const text = await (await fetch(`${relayUrl}/metrics`)).text();
  const line = text.split("\n").find((one) => one.startsWith(`madoguchi_relay_joins_total{role="${role}"`));
  const count = line?.split(" ").at(-1);
  if (count === undefined) throw new Error("The relay does not count who joins.");
  return Number(count);
}

/** Beside the files that were downloaded. */
async function expectNothingLeft({ folder }: ClientTool): Promise<void> {
  await expect
    .poll(async () => (await readdir(folder)).filter((name) => !name.startsWith("madoguchi_")))
    .toEqual([]);
}
