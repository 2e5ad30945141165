import { execFileSync } from "node:child_process";
import { expect, test } from "../fixtures/test";

test("killed processes come back, and so does the session", async ({
  openOperator,
  openTabCustomer,
  stack,
}) => {
  test.setTimeout(180_000);
  const operator = await openOperator();
  const { customer, sharedTab } = await openTabCustomer();
  await operator.signIn();
  await customer.enter(await operator.issueReceptionNumber());
  await operator.accept();
  await customer.agree();
  await operator.expectRemoteScreenPlaying();

  await test.step("the relay is killed: both sides say so, and the same session goes on", async () => {
    process.kill(childOf(stack.starterPid, "relay"), "SIGKILL");
    await expect(customer.page.getByText(/reconnecting/i).first()).toBeVisible();
    await expect(operator.page.getByText(/reconnecting/i).first()).toBeVisible();
    await expect(customer.page.getByText(/reconnecting/i)).toHaveCount(0, { timeout: 60_000 });
    await expect(operator.page.getByText(/reconnecting/i)).toHaveCount(0, { timeout: 60_000 });
    await sharedTab.evaluate(() => {
      document.body.style.background = "rgb(20, 60, 200)";
    });
    await expect
      .poll(async () => (await operator.colorAt(0.5, 0.5))[2], { timeout: 30_000 })
      .toBeGreaterThan(150);
  });

  await test.step("the management server is killed: picture and chat do not even notice", async () => {
    process.kill(childOf(stack.starterPid, "management-server"), "SIGKILL");
    await operator.say("Still here?");
    await expect(customer.page.getByText("Still here?")).toBeVisible();
    await expect
      .poll(
        async () =>
          await fetch(`${stack.url}/api/health`).then(
            (response) => response.status,
            () => 0,
          ),
        {
          timeout: 60_000,
        },
      )
      .toBe(200);
    await operator.page.reload();
    await operator.expectRemoteScreenPlaying();
  });

  await customer.stop();
  await expect(customer.page.getByText("You have stopped sharing your screen.")).toBeVisible();
});

/** The process that the starter runs for a part of the product. */
function childOf(starterPid: number, part: string): number {
  const lines = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(starterPid)], {
    encoding: "utf8",
  }).split("\n");
  const line = lines.find((candidate) => candidate.includes(`${part}.mjs`));
  if (!line) throw new Error(`No ${part} among the starter's children:\n${lines.join("\n")}`);
  return Number.parseInt(line, 10);
}
