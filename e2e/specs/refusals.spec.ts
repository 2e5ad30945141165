import { letNumbersLapse } from "../fixtures/let-numbers-lapse";
import { expect, test } from "../fixtures/test";

test("numbers that do not work say why, and lose nothing", async ({
  openOperator,
  openTabCustomer,
  stack,
}) => {
  const operator = await openOperator();
  await operator.signIn();
  const { customer } = await openTabCustomer();
  const { page } = customer;

  await test.step("not a number", async () => {
    await customer.enter("12345");
    await expect(page.getByText("Please enter all six digits.")).toBeVisible();
    await expect(page.getByRole("textbox", { name: "Reception number" })).toBeFocused();
  });

  await test.step("a number that nobody was given", async () => {
    // Nobody but this operator has numbers, and the numbers that are drawn are other ones all but always.
    await customer.enter("100000");
    await expect(page.locator("main").getByRole("alert")).toContainText("This number is not known.");
    await expect(page.getByRole("textbox", { name: "Reception number" })).toHaveValue("100 000");
  });

  await test.step("an expired number", async () => {
    const number = await operator.issueReceptionNumber();
    await letNumbersLapse(stack);
    await customer.enter(number);
    await expect(page.locator("main").getByRole("alert")).toContainText("This number has expired.");
  });

  await test.step("a cancelled number", async () => {
    const number = await operator.issueReceptionNumber();
    await operator.page
      .getByRole("button", { name: /^Cancel/ })
      .first()
      .click();
    await expect(operator.page.getByText(number.slice(0, 3))).toHaveCount(0);
    await customer.enter(number);
    await expect(page.locator("main").getByRole("alert")).toContainText("This number is no longer valid.");
  });

  await test.step("a used number, typed with full-width digits and a hyphen; the operator declines", async () => {
    const number = await operator.issueReceptionNumber();
    const fullWidth = [...number].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join("");
    await customer.enter(`${fullWidth.slice(0, 3)}ー${fullWidth.slice(3)}`);
    await expect(page.getByText("Waiting for the operator")).toBeVisible();
    const other = (await openTabCustomer()).customer;
    await other.enter(number);
    await expect(other.page.locator("main").getByRole("alert")).toContainText(
      "This number has already been used.",
    );
    await operator.page.getByRole("button", { name: "Decline", exact: true }).first().click();
    await expect(page.getByText("The operator could not accept your request.")).toBeVisible();
  });

  await test.step("the customer says no", async () => {
    const refusing = (await openTabCustomer()).customer;
    await refusing.enter(await operator.issueReceptionNumber());
    await operator.accept();
    await refusing.page.getByRole("button", { name: "No", exact: true }).click();
    await expect(operator.page.getByText("The customer did not agree to share the screen.")).toBeVisible();
  });
});

test("closing the browser's picker loses nothing", async ({ openOperator, openScreenCustomer }) => {
  const operator = await openOperator();
  await operator.signIn();
  // No flag chooses for this customer: the browser's own picker opens.
  const { customer, display } = await openScreenCustomer({ flags: ["--ozone-platform=x11"] });
  await customer.enter(await operator.issueReceptionNumber());
  await operator.accept();
  await customer.agreeButton.click();
  const message = customer.page.getByRole("heading", { name: "Nothing was chosen" });
  await expect
    .poll(async () => {
      await display.xdotool("key", "Escape");
      return await message.isVisible();
    })
    .toBe(true);
  await expect(customer.page.getByRole("button", { name: "Choose again" })).toBeVisible();
});

test("a system that refuses the capture is explained", async ({ openOperator, openScreenCustomer }) => {
  const operator = await openOperator();
  await operator.signIn();
  // Headed Chromium with the fake picker cannot start the screen source: what a system does that blocks recording.
  const { customer } = await openScreenCustomer({
    flags: ["--ozone-platform=x11", "--use-fake-ui-for-media-stream"],
  });
  await customer.enter(await operator.issueReceptionNumber());
  await operator.accept();
  await customer.agreeButton.click();
  await expect(
    customer.page.getByRole("heading", { name: "Your system does not allow sharing yet" }),
  ).toBeVisible();
  await expect(customer.page.getByRole("button", { name: /again/i }).first()).toBeVisible();
});
