import type { Page } from "@playwright/test";
import { AccountHolder } from "../actors/account-holder";
import { keepRecoveryCodes, setUpAuthenticator } from "../actors/second-step";
import { comeFrom } from "../fixtures/come-from";
import { createAccount } from "../fixtures/create-account";
import { expectClean } from "../fixtures/expect-clean";
import { keepPicture } from "../fixtures/keep-picture";
import { linkMailedTo, mailTo } from "../fixtures/mailbox";
import { expect, test } from "../fixtures/test";

const REVOKED_WITHIN_MS = 2_000;

const alertIn = (page: Page) => page.locator("main").getByRole("alert");

test("a forgotten password: a link by e-mail, a new password, and in", async ({ openOperator, stack }) => {
  const email = "sato.hana@example.com";
  const account = await createAccount(stack, { email });
  const { page } = await openOperator();
  await comeFrom(page, "203.0.113.10");
  const sato = new AccountHolder(page, stack, account);
  const newPassword = "Yane-8-tsubame";

  await test.step("a script that is lost on its way is asked for again, and nothing typed is lost", async () => {
    let lost: string | null = null;
    await page.route("**/_next/static/chunks/*.js", async (route) => {
      if (lost !== null) return await route.continue();
      lost = route.request().url();
      await route.abort("connectionreset");
    });
    await sato.open("/signin");
    await page.getByRole("textbox", { name: "Company code" }).fill("typed early");
    await expect.poll(() => page.evaluate(() => window.pageRecovery === undefined)).toBe(true);
    expect(lost).not.toBeNull();
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByText("Please fill this in.").first()).toBeVisible();
    await expect(page.getByRole("textbox", { name: "Company code" })).toHaveValue("typed early");
    await page.unroute("**/_next/static/chunks/*.js");
  });

  await test.step("the answer is the same for an account that does not exist", async () => {
    await sato.open("/signin");
    await page.getByRole("link", { name: "Forgot your password?" }).click();
    await expect(page).toHaveURL(`${stack.url}/forgot-password`);
    await page.getByRole("textbox", { name: "Company code" }).fill(account.companyCode);
    await page.getByRole("textbox", { name: "ID", exact: true }).fill("nobody");
    await page.getByRole("button", { name: "Send link" }).click();
    await expect(page.getByText("If the account exists and has an e-mail address")).toBeVisible();
    await page.getByRole("button", { name: "Send to another account" }).click();
    await page.getByRole("textbox", { name: "Company code" }).fill(account.companyCode);
    await page.getByRole("textbox", { name: "ID", exact: true }).fill(account.code);
    await page.getByRole("button", { name: "Send link" }).click();
    await expect(page.getByText("If the account exists and has an e-mail address")).toBeVisible();
  });

  const link = await linkMailedTo(stack, email);
  await test.step("the link shows whose account it is and leaves the address bar", async () => {
    await page.goto(link);
    await expect(page.getByText(account.companyCode, { exact: true })).toBeVisible();
    await expect(page).toHaveURL(`${stack.url}/set-password`);
  });

  await test.step("the rule is shown while typing, and refusals keep what was typed", async () => {
    const field = page.getByLabel("New password", { exact: true });
    const rule = page.getByRole("list", { name: "The new password" });
    await field.fill("short");
    await expect(rule.getByText("has 8 to 20 characters (not yet met)")).toBeVisible();
    await field.fill("パスワードです12345");
    await expect(
      rule.getByText("has only half-width letters, digits and symbols (not yet met)"),
    ).toBeVisible();
    await field.fill("Password1");
    await expect(rule.getByText("(not yet met)")).toHaveCount(0);
    await page.getByRole("button", { name: "Save password" }).click();
    await expect(page.getByText("This password is too easy to guess.")).toBeVisible();
    await expect(field).toHaveValue("Password1");
    await field.fill(account.password);
    await page.getByRole("button", { name: "Save password" }).click();
    await expect(page.getByText("You have used this password before.")).toBeVisible();
    await field.fill(newPassword);
    await page.getByRole("button", { name: "Save password" }).click();
    await expect(page.getByRole("heading", { name: "Password saved" })).toBeVisible();
  });

  await test.step("sign-in knows the codes; the old password is gone, the new one works", async () => {
    await page.getByRole("link", { name: "Sign in", exact: true }).click();
    await expect(page.getByRole("textbox", { name: "Company code" })).toHaveValue(account.companyCode);
    await expect(page.getByRole("textbox", { name: "ID", exact: true })).toHaveValue(account.code);
    await page.getByLabel("Password", { exact: true }).fill(account.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(alertIn(page)).toContainText("You could not be signed in.");
    await sato.enter(newPassword);
    await expect(page).toHaveURL(`${stack.url}/console`);
  });

  await test.step("the link works once", async () => {
    await page.goto("about:blank");
    await page.goto(link);
    await expect(alertIn(page)).toContainText("This link does not work any more.");
  });
  // The link, and the news that the password was changed.
  await expect.poll(async () => (await mailTo(stack, email)).length).toBe(2);
});

test("signing another browser out throws it out within two seconds", async ({ openOperator, stack }) => {
  const account = await createAccount(stack);
  const here = await openOperator();
  const there = await openOperator();
  await comeFrom(here.page, "203.0.113.13");
  await comeFrom(there.page, "203.0.113.14");
  const sato = new AccountHolder(here.page, stack, account);
  await sato.signIn();
  const elsewhere = new AccountHolder(there.page, stack, account);
  await elsewhere.open("/signin");
  await elsewhere.enter();
  await expect(there.page.getByText("Ready", { exact: true })).toBeVisible();

  await here.page.reload();
  const signIns = sato.section("Where you are signed in");
  await expect(signIns.getByRole("listitem")).toHaveCount(2);
  await expect(signIns.getByRole("listitem").first()).toContainText("This browser");
  await signIns.getByRole("button", { name: /^Sign out .*203\.0\.113\.14/ }).click();
  await expect(there.page.getByRole("dialog", { name: "Your sign-in has ended" })).toBeVisible({
    timeout: REVOKED_WITHIN_MS,
  });
  await expect(signIns.getByRole("listitem")).toHaveCount(1);
  await there.page.reload();
  await expect(there.page).toHaveURL(/\/signin\?next=/);

  await elsewhere.enter();
  await expect(there.page.getByText("Ready", { exact: true })).toBeVisible();
  await here.page.reload();
  await here.page.getByRole("button", { name: "Sign out all others" }).click();
  await sato.dialog.getByRole("button", { name: "Sign out all others" }).click();
  await expect(there.page.getByRole("dialog", { name: "Your sign-in has ended" })).toBeVisible({
    timeout: REVOKED_WITHIN_MS,
  });
});

test("a locked account is refused in the same words, with the right password too", async ({
  openOperator,
  stack,
}) => {
  const email = "locked@example.com";
  const account = await createAccount(stack, { email });
  const { page } = await openOperator();
  const sato = new AccountHolder(page, stack, account);
  await sato.open("/signin");
  const words: (string | null)[] = [];
  for (let attempt = 0; attempt < 6; attempt += 1) {
    await comeFrom(page, `198.51.100.${attempt + 1}`);
    await sato.enter(attempt < 5 ? `Wrong-${attempt}-password` : account.password);
    const button = page.getByRole("button", { name: "Sign in", exact: true });
    await expect(button).not.toHaveAttribute("aria-busy");
    words.push(await alertIn(page).textContent());
    await expect(page.getByRole("textbox", { name: "ID", exact: true })).toHaveValue(account.code);
  }
  expect(words[0]).toContain("You could not be signed in.");
  expect(new Set(words).size).toBe(1);
  await expect(page.getByText("After several wrong passwords an account is locked")).toBeVisible();
  await expect.poll(async () => (await mailTo(stack, email)).length).toBe(1);
});

test("name and e-mail address are changed by their owner", async ({ openOperator, stack }) => {
  const account = await createAccount(stack);
  const { page } = await openOperator();
  await comeFrom(page, "203.0.113.16");
  const sato = new AccountHolder(page, stack, account);
  await sato.signIn();
  const profile = sato.section("Profile");
  await profile.getByRole("textbox", { name: "Name" }).fill("Sato H.");
  await profile.getByRole("textbox", { name: "E-mail address" }).fill("h.sato@example.com");
  await profile.getByRole("button", { name: "Save" }).click();
  await expect(profile.getByText("Please fill this in.")).toBeVisible();
  await profile.getByLabel("Current password", { exact: true }).fill("not-the-1-password");
  await profile.getByRole("button", { name: "Save" }).click();
  await expect(profile.getByText("The current password is wrong.")).toBeVisible();
  await expect(profile.getByRole("textbox", { name: "Name" })).toHaveValue("Sato H.");
  await profile.getByLabel("Current password", { exact: true }).fill(account.password);
  await profile.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Profile saved")).toBeVisible();
  await page.reload();
  await expect(profile.getByRole("textbox", { name: "E-mail address" })).toHaveValue("h.sato@example.com");
  await expect(page.getByRole("button", { name: "Account: Sato H." })).toBeVisible();
});

const looks = [
  { language: "en", colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { language: "ja", colorScheme: "dark", viewport: { width: 390, height: 844 } },
] as const;

for (const { language, colorScheme, viewport } of looks) {
  test(`every page of an account is accessible and fits: ${language}, ${colorScheme}, ${viewport.width} px`, async ({
    openOperator,
    stack,
  }) => {
    test.setTimeout(180_000);
    const email = `looks-${language}@example.com`;
    const account = await createAccount(stack, { email, mfaRequired: true, mustChangePassword: true });
    const { page } = await openOperator({ language, viewport });
    await comeFrom(page, language === "en" ? "203.0.113.20" : "203.0.113.21");
    await page.emulateMedia({ colorScheme });
    const sato = new AccountHolder(page, stack, account, language);
    await sato.getPasskeyStore();
    /** Checked by axe, and kept as a picture where pictures are wanted. */
    const look = async (name: string) => {
      await expectClean(page, name);
      await keepPicture(page, name);
    };

    await sato.open("/signin");
    await look("01-sign-in");
    await sato.enter("Wrong-1-password");
    await expect(alertIn(page)).toBeVisible();
    await sato.enter("Wrong-2-password");
    await expect(page.locator("main").getByRole("link")).toHaveCount(3);
    await look("02-sign-in-refused");
    await sato.open("/signin/provider");
    await look("03-sign-in-provider");

    await sato.open("/forgot-password?for=provider");
    await look("04-forgot-password-provider");
    await sato.open("/forgot-password");
    await page.getByRole("textbox", { name: sato.words.companyCode }).fill(account.companyCode);
    await page.getByRole("textbox", { name: sato.words.id, exact: true }).fill(account.code);
    await look("05-forgot-password");
    await page.locator("main").getByRole("button").click();
    const link = await linkMailedTo(stack, email);
    await look("06-forgot-password-sent");

    await sato.open("/set-password");
    await expect(page.locator("main").getByRole("link")).toBeVisible();
    await look("07-set-password-without-secret");
    await sato.open("/set-password#not-a-secret-that-anybody-was-given");
    await expect(alertIn(page)).toBeVisible();
    await look("08-set-password-invalid");
    await page.goto("about:blank");
    await page.goto(link);
    const password = "Yane-8-tsubame";
    await page.locator("input[autocomplete=new-password]").fill("sato");
    await look("09-set-password");
    await page.locator("input[autocomplete=new-password]").fill(password);
    await page.locator("main button[type=submit]").click();
    await expect(page.locator("main").getByRole("status")).toBeVisible();
    await look("10-set-password-done");
    await page.locator("main").getByRole("link").click();

    await sato.enter(password);
    await expect(page.getByRole("link", { name: sato.stepWords.openApp })).toBeVisible();
    await look("11-enrolment");
    const app = await setUpAuthenticator(page, sato.stepWords);
    await expect(page.getByRole("list", { name: sato.stepWords.codes })).toBeVisible();
    await look("12-recovery-codes");
    await keepRecoveryCodes(page, sato.stepWords);
    await expect(page).toHaveURL(`${stack.url}/console`);

    await sato.open("/account");
    await sato.expectAccountPage();
    const own = { ...account, password };
    const holder = new AccountHolder(page, stack, own, language);
    await holder.addPasskey(language === "en" ? "My laptop" : "ノートパソコン");
    await expect(holder.section(holder.words.passkeys).getByRole("listitem")).toHaveCount(1);
    await holder.becomeStranger();

    await holder.open("/signin?next=/account");
    await holder.enter();
    await expect(page.getByRole("heading", { name: holder.stepWords.heading })).toBeVisible();
    await look("13-second-step-passkey");
    await page.locator("main section section").getByRole("button").first().click();
    await look("14-second-step-code");
    await page.getByRole("textbox", { name: holder.stepWords.code }).fill(app.wrongCode());
    await expect(alertIn(page)).toBeVisible();
    await look("15-second-step-refused");
    await page.getByRole("textbox", { name: holder.stepWords.code }).fill(await app.nextCode());
    await holder.expectAccountPage();
    await look("16-account");
    await page.getByRole("button", { name: holder.words.addPasskey, exact: true }).click();
    await expect(holder.dialog).toBeVisible();
    await look("17-add-passkey");
    await page.keyboard.press("Escape");
    await page
      .getByRole("region")
      .getByRole("button", { name: language === "en" ? "Change password" : "パスワードを変更" })
      .click();
    await expect(holder.dialog).toBeVisible();
    await look("18-change-password");
  });
}
