import type { Page } from "@playwright/test";
import { AccountHolder } from "../actors/account-holder";
import { keepRecoveryCodes, secondStepWords, setUpAuthenticator } from "../actors/second-step";
import { comeFrom } from "../fixtures/come-from";
import { createAccount } from "../fixtures/create-account";
import { expect, test } from "../fixtures/test";

const alertIn = (page: Page) => page.locator("main").getByRole("alert");

test("an authenticator app: set up, asked for, and a recovery code in its place", async ({
  openOperator,
  stack,
}) => {
  const account = await createAccount(stack);
  const { page } = await openOperator();
  await comeFrom(page, "203.0.113.11");
  const sato = new AccountHolder(page, stack, account);
  await sato.signIn();

  const { app, recoveryCodes } = await test.step("set up, after the password", async () => {
    await sato.section("Authenticator app").getByRole("button", { name: "Set up", exact: true }).click();
    await sato.dialog.getByLabel("Current password", { exact: true }).fill("not-the-1-password");
    await sato.dialog.getByRole("button", { name: "Continue", exact: true }).click();
    await expect(sato.dialog.getByText("The current password is wrong.")).toBeVisible();
    await sato.dialog.getByLabel("Current password", { exact: true }).fill(account.password);
    await sato.dialog.getByRole("button", { name: "Continue", exact: true }).click();
    const added = await setUpAuthenticator(page, secondStepWords.en);
    // What is shown once does not go away by accident.
    await expect(sato.dialog.getByRole("list", { name: "Recovery codes" })).toBeVisible();
    await page.keyboard.press("Escape");
    await page.mouse.click(5, 5);
    await expect(page.getByRole("button", { name: "Done" })).toBeDisabled();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download" }).click();
    expect((await download).suggestedFilename()).toBe("madoguchi-recovery-codes.txt");
    const codes = await keepRecoveryCodes(page, secondStepWords.en);
    await expect(sato.section("Recovery codes").getByText("10 codes left")).toBeVisible();
    return { app: added, recoveryCodes: codes };
  });

  await test.step("the next sign-in asks for a code; a wrong one keeps what was typed", async () => {
    await sato.becomeStranger();
    await sato.open("/signin?next=/account");
    await sato.enter();
    await expect(page.getByRole("heading", { name: "Two-step sign-in" })).toBeVisible();
    // The password alone opens nothing.
    await sato.open("/console");
    await expect(page).toHaveURL(/\/signin\/continue\?next=%2Fconsole$/);
    const field = page.getByRole("textbox", { name: "Six-digit code" });
    const wrong = app.wrongCode();
    await field.fill(wrong);
    await expect(alertIn(page)).toContainText("This code was not accepted.");
    await expect(field).toHaveValue(wrong);
    await expect(field).toBeFocused();
    await field.fill(await app.nextCode());
    await expect(page).toHaveURL(`${stack.url}/console`);
  });

  await test.step("a recovery code works, once", async () => {
    const [code = ""] = recoveryCodes;
    for (const works of [true, false]) {
      await sato.becomeStranger();
      await sato.open("/signin?next=/account");
      await sato.enter();
      await page.getByRole("button", { name: "Use a recovery code" }).click();
      await page.getByRole("textbox", { name: "Recovery code" }).fill(code);
      await page.getByRole("button", { name: "Confirm", exact: true }).click();
      if (works) await sato.expectAccountPage();
      else await expect(alertIn(page)).toContainText("This code was not accepted.");
    }
    await page.getByRole("textbox", { name: "Recovery code" }).fill(recoveryCodes[1] ?? "");
    await page.getByRole("button", { name: "Confirm", exact: true }).click();
    await sato.expectAccountPage();
    await expect(sato.section("Recovery codes").getByText("8 codes left")).toBeVisible();
  });

  await test.step("removed again, the password is enough", async () => {
    await sato.section("Authenticator app").getByRole("button", { name: "Remove", exact: true }).click();
    await sato.dialog.getByLabel("Current password", { exact: true }).fill(account.password);
    await sato.dialog.getByRole("button", { name: "Remove", exact: true }).click();
    await expect(sato.section("Authenticator app").getByText("Not set up")).toBeVisible();
    await sato.becomeStranger();
    await sato.signIn();
  });
});

test("a passkey: as the second step, and alone", async ({ openOperator, stack }) => {
  const account = await createAccount(stack);
  const { page } = await openOperator();
  await comeFrom(page, "203.0.113.12");
  const sato = new AccountHolder(page, stack, account);
  const devtools = await sato.getPasskeyStore();
  await sato.signIn();
  await sato.addPasskey("My laptop");
  await keepRecoveryCodes(page, secondStepWords.en);
  const passkeys = sato.section("Passkeys");
  await expect(passkeys.getByText("My laptop")).toBeVisible();

  await test.step("a second one on the same device is refused in words", async () => {
    await sato.addPasskey("The same again");
    await expect(sato.dialog.getByRole("alert")).toContainText("This device already has a passkey");
    await sato.dialog.getByRole("button", { name: "Cancel" }).click();
  });

  await test.step("as the second step after the password", async () => {
    await sato.becomeStranger();
    await sato.open("/signin?next=/account");
    await sato.enter();
    await page.getByRole("button", { name: "Confirm with a passkey" }).click();
    await sato.expectAccountPage();
    await expect(sato.section("Where you are signed in").getByText("password + passkey")).toBeVisible();
  });

  await test.step("alone, without a word typed", async () => {
    await sato.becomeStranger();
    await sato.open("/signin?next=/account");
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await sato.expectAccountPage();
    await expect(page.getByText("This browser")).toBeVisible();
  });

  await test.step("renamed", async () => {
    await passkeys.getByRole("button", { name: "Rename passkey My laptop" }).click();
    await sato.dialog.getByRole("textbox", { name: "Name" }).fill("The blue laptop");
    await sato.dialog.getByRole("button", { name: "Rename", exact: true }).click();
    await expect(passkeys.getByText("The blue laptop")).toBeVisible();
  });

  await test.step("removed: the device still offers it, the service refuses it", async () => {
    await passkeys.getByRole("button", { name: "Remove passkey The blue laptop" }).click();
    await sato.dialog.getByLabel("Current password", { exact: true }).fill(account.password);
    await sato.dialog.getByRole("button", { name: "Remove", exact: true }).click();
    await expect(passkeys.getByText("No passkeys yet")).toBeVisible();
    await sato.becomeStranger();
    await sato.open("/signin");
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await expect(alertIn(page)).toContainText("The passkey was not accepted.");
  });
  await devtools.detach();
});

test("a company that asks for two steps: set up at the first sign-in, then a password of one's own", async ({
  openOperator,
  stack,
}) => {
  const account = await createAccount(stack, { mfaRequired: true, mustChangePassword: true });
  const { page } = await openOperator();
  await comeFrom(page, "203.0.113.15");
  const sato = new AccountHolder(page, stack, account);
  await sato.open("/signin?next=/console/log");
  await sato.enter();
  await expect(page.getByRole("heading", { name: "Set up two-step sign-in" })).toBeVisible();
  const app = await setUpAuthenticator(page, secondStepWords.en);
  await keepRecoveryCodes(page, secondStepWords.en);

  await expect(page.getByRole("heading", { name: "Choose a new password" })).toBeVisible();
  await page.getByLabel("Current password", { exact: true }).fill(account.password);
  await page.getByLabel("New password", { exact: true }).fill("Yane-8-tsubame");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page).toHaveURL(`${stack.url}/console/log`);

  await test.step("the last second factor stays, as the company wants one", async () => {
    await sato.open("/account");
    await sato.section("Authenticator app").getByRole("button", { name: "Remove", exact: true }).click();
    await sato.dialog.getByLabel("Current password", { exact: true }).fill("Yane-8-tsubame");
    await sato.dialog.getByRole("button", { name: "Remove", exact: true }).click();
    await expect(sato.dialog.getByRole("alert")).toContainText("This second factor cannot be removed.");
  });

  await test.step("by keyboard alone", async () => {
    await sato.becomeStranger();
    await sato.open("/signin?next=/account");
    // The company is remembered, so the focus waits at the ID.
    await expect(page.getByRole("textbox", { name: "ID", exact: true })).toBeFocused();
    await page.keyboard.type(account.code);
    await page.keyboard.press("Tab");
    await page.keyboard.type("Yane-8-tsubame");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("textbox", { name: "Six-digit code" })).toBeFocused();
    await page.keyboard.type(await app.nextCode());
    await sato.expectAccountPage();
  });
});
