import { expect, test } from "../fixtures/test";

test("a shared tab is seen live, also when nothing on it moves", async ({
  openOperator,
  openTabCustomer,
}) => {
  const operator = await openOperator();
  const { customer, sharedTab } = await openTabCustomer();
  await operator.signIn("operator2");
  await customer.enter(await operator.issueReceptionNumber());
  await operator.accept();
  await customer.agree();
  await operator.expectRemoteScreenPlaying();
  await expect.poll(async () => (await operator.colorAt(0.5, 0.5))[0]).toBeGreaterThan(150);

  await sharedTab.evaluate(() => {
    document.body.style.background = "rgb(20, 60, 200)";
  });
  await expect.poll(async () => (await operator.colorAt(0.5, 0.5))[2]).toBeGreaterThan(150);

  await customer.stop();
  await expect(operator.page.getByText("The session was ended by the customer.")).toBeVisible();
});
