import { pictureParameters } from "../../src/media/picture-quality";
import { type Encoder, noteConnections, videoEncoder } from "../actors/encoder";
import { goLive } from "../actors/go-live";
import { expect, test } from "../fixtures/test";

test("a double click issues one number", async ({ openOperator }) => {
  const operator = await openOperator();
  await operator.signIn("operator2");
  await operator.page.getByRole("button", { name: "Issue reception number" }).first().dblclick();
  await expect(operator.receptionNumber).toBeVisible();
  // Another press is another wish; and then there are two, not three.
  await operator.issueReceptionNumber();
  await expect(operator.page.getByText("Other live numbers (1)")).toBeVisible();
  for (let left = 2; left > 0; left -= 1) {
    await operator.page
      .getByRole("button", { name: /^Cancel/ })
      .first()
      .click();
    await expect(operator.page.getByRole("button", { name: /^Cancel/ })).toHaveCount(left - 1);
  }
});

test("a shared tab is seen live, also when nothing on it moves", async ({
  openOperator,
  openTabCustomer,
}) => {
  const operator = await openOperator();
  const { customer, sharedTab } = await openTabCustomer();
  await noteConnections(customer.page);
  await operator.signIn("operator2");
  await goLive(operator, customer);
  await expect.poll(async () => (await operator.colorAt(0.5, 0.5))[0]).toBeGreaterThan(150);

  await sharedTab.evaluate(() => {
    document.body.style.background = "rgb(20, 60, 200)";
  });
  await expect.poll(async () => (await operator.colorAt(0.5, 0.5))[2]).toBeGreaterThan(150);

  await test.step("a fluid picture is encoded as such at the customer, without a new join", async () => {
    await expect.poll(() => videoEncoder(customer.page)).toEqual(encoderOf("balanced"));
    const stream = await operator.streamId();
    await operator.page.getByRole("button", { name: "Picture: Balanced" }).click();
    await operator.page.getByRole("menuitemradio", { name: /^Fluid/ }).click();
    await expect.poll(() => videoEncoder(customer.page)).toEqual(encoderOf("fluid"));
    expect(await operator.streamId()).toBe(stream);
  });

  await test.step("and stays so when the operator's page is loaded anew", async () => {
    await operator.page.reload();
    await operator.expectRemoteScreenPlaying();
    await expect(operator.page.getByRole("button", { name: "Picture: Fluid" })).toBeVisible();
  });

  await test.step("the customer shows something else, and the drawing goes with the old picture", async () => {
    await operator.choose("pen");
    await operator.pointAt(0.2, 0.2);
    await operator.page.mouse.down();
    await operator.pointAt(0.4, 0.4);
    await operator.page.mouse.up();
    await expect(customer.page.getByTestId("annotation")).toHaveCount(1);
    const before = await operator.streamId();
    await customer.page.getByRole("button", { name: "Change what is shared" }).click();
    await expect.poll(() => operator.streamId()).not.toBe(before);
    await operator.expectRemoteScreenPlaying();
    await expect.poll(async () => (await operator.colorAt(0.5, 0.5))[2]).toBeGreaterThan(150);
    await expect(customer.page.getByTestId("annotation")).toHaveCount(0);
    await expect(operator.page.getByTestId("annotation")).toHaveCount(0);
    expect(await videoEncoder(customer.page)).toEqual(encoderOf("fluid"));
  });

  await test.step("what the customer hides is hidden at once", async () => {
    await customer.page.getByRole("switch", { name: "See my screen" }).click();
    await expect(operator.page.getByText("The customer has turned off viewing")).toBeVisible();
    await customer.page.getByRole("switch", { name: "See my screen" }).click();
    await operator.expectRemoteScreenPlaying();
    await expect(operator.page.getByText("The customer has turned off viewing")).toHaveCount(0);
  });

  await customer.stop();
  await expect(operator.page.getByText("The session was ended by the customer.")).toBeVisible();
});

/** What the customer's sender says in a mode. */
function encoderOf(mode: "balanced" | "fluid"): Encoder {
  const { contentHint, maxBitrateBps, maxFramerate, degradationPreference } = pictureParameters(
    mode,
    "screen",
  );
  return {
    contentHint,
    maxBitrate: maxBitrateBps,
    maxFramerate,
    degradationPreference,
    describesFrames: true,
  };
}
