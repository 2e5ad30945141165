import { goLive } from "../actors/go-live";
import { expect, test } from "../fixtures/test";

test("two sessions at once never see each other", async ({ openOperator, openTabCustomer }) => {
  const first = { operator: await openOperator(), ...(await openTabCustomer()) };
  const second = { operator: await openOperator(), ...(await openTabCustomer()) };
  await second.sharedTab.evaluate(() => {
    document.body.style.background = "rgb(20, 60, 200)";
  });
  for (const [pair, id] of [
    [first, "operator"],
    [second, "operator2"],
  ] as const) {
    await pair.operator.signIn(id);
    await goLive(pair.operator, pair.customer);
  }
  await expect.poll(async () => (await first.operator.colorAt(0.5, 0.5))[0]).toBeGreaterThan(150);
  await expect.poll(async () => (await second.operator.colorAt(0.5, 0.5))[2]).toBeGreaterThan(150);

  await first.operator.say("Only for the first");
  await expect(first.customer.page.getByText("Only for the first")).toBeVisible();
  await second.operator.say("Only for the second");
  await expect(second.customer.page.getByText("Only for the second")).toBeVisible();
  await expect(second.customer.page.getByText("Only for the first")).toHaveCount(0);
  await expect(first.customer.page.getByText("Only for the second")).toHaveCount(0);

  // Another operator's session is not there, neither its page nor its existence.
  const foreign = new URL(first.operator.page.url());
  await second.operator.page.goto(foreign.href);
  await expect(second.operator.page.getByLabel("Remote screen", { exact: true })).toHaveCount(0);
  await expect(second.operator.page.getByText("There is no such session")).toBeVisible();
  await expect(first.customer.stopButton).toBeVisible();
  // A side that only vanished would keep its session on the relay for two minutes.
  await first.customer.stop();
  await second.customer.stop();
});
