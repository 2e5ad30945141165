import { expect, test } from "../fixtures/test";

test("after a reload the operator is back in the session, and the customer is shown a way on", async ({
  openOperator,
  openTabCustomer,
}) => {
  const operator = await openOperator();
  const { customer } = await openTabCustomer();
  await operator.signIn();
  await customer.enter(await operator.issueReceptionNumber());
  await operator.accept();
  await customer.agree();
  await operator.expectRemoteScreenPlaying();
  await operator.say("Before the reload");
  await expect(customer.page.getByText("Before the reload")).toBeVisible();

  await operator.page.reload();
  await operator.expectRemoteScreenPlaying();
  await expect(operator.page.getByText("Before the reload")).toBeVisible();
  await operator.say("After the reload");
  await expect(customer.page.getByText("After the reload")).toBeVisible();

  customer.page.on("dialog", (dialog) => void dialog.accept());
  await customer.page.reload();
  await expect(customer.page.getByRole("heading", { name: "Your screen is no longer shared" })).toBeVisible();
  await customer.page.getByRole("button", { name: "Share again" }).click();
  await expect(customer.stopButton).toBeVisible();
  await operator.expectRemoteScreenPlaying();
  await expect.poll(async () => (await operator.colorAt(0.5, 0.5))[0]).toBeGreaterThan(150);
  await customer.say("I am back");
  await expect(operator.page.getByText("I am back")).toBeVisible();
  await customer.stop();
  await expect(customer.page.getByText("You have stopped sharing your screen.")).toBeVisible();
});
