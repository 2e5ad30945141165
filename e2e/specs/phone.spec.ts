import { chromium } from "@playwright/test";
import { Customer } from "../actors/customer";
import { findChromium, storyFlags } from "../fixtures/chromium";
import { expect, test } from "../fixtures/test";

test("a phone, which cannot share its screen, shows its camera instead", async ({ openOperator, stack }) => {
  const operator = await openOperator();
  await operator.signIn();
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: [...storyFlags, "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"],
  });
  const context = await browser.newContext({
    locale: "en-US",
    viewport: { width: 390, height: 844 },
    hasTouch: true,
  });
  // What browsers on phones do not have.
  await context.addInitScript(() => {
    Reflect.deleteProperty(MediaDevices.prototype, "getDisplayMedia");
  });
  const customer = new Customer(await context.newPage(), stack);
  await customer.enter(await operator.issueReceptionNumber());
  await operator.accept();
  await expect(customer.page.getByText("This phone or tablet cannot share its screen.")).toBeVisible();
  await customer.page.getByRole("button", { name: "Agree and show camera" }).click();
  await expect(customer.stopButton).toBeVisible();
  await operator.expectRemoteScreenPlaying();
  await customer.stop();
  await expect(customer.page.getByText("You have stopped sharing your screen.")).toBeVisible();
  await browser.close();
});
