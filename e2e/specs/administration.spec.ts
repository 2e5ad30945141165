import { readFile } from "node:fs/promises";
import { Administrator, signInAs, signInWords } from "../actors/administrator";
import { createAccount } from "../fixtures/create-account";
import { expectClean } from "../fixtures/expect-clean";
import { linkMailedTo } from "../fixtures/mailbox";
import { expect, test } from "../fixtures/test";

/** How soon somebody who is disabled must be out, in every page. */
const OUT_WITHIN_MS = 2_000;
const NEW_PASSWORD = "Hashi-3-tsuki";

test("an operator is invited, chooses a password and signs in", async ({ openOperator, stack }) => {
  const account = await createAccount(stack, { role: "administrator" });
  const admin = new Administrator((await openOperator()).page, stack, account);
  const email = "mori.ken@example.com";
  await admin.openAdmin("/admin/operators");
  await expect(admin.page.getByText("1 of 10 seats used")).toBeVisible();

  await test.step("what is missing is said at the field", async () => {
    await admin.describe({ name: "Mori Ken", code: "mori ken" });
    await admin.window.getByRole("button", { name: "Send invitation" }).click();
    await expect(admin.window.getByText("This is not an e-mail address.")).toBeVisible();
    await expect(admin.window.getByText(/begin with a letter or digit/)).toBeVisible();
    await expectClean(admin.page, "add an operator");
  });
  await admin.window.getByRole("textbox", { name: "ID", exact: true }).fill("mori");
  await admin.window.getByRole("textbox", { name: "E-mail" }).fill(email);
  await admin.window.getByRole("combobox", { name: "Role" }).selectOption("Supervisor");
  await admin.window.getByRole("button", { name: "Send invitation" }).click();
  await expect(admin.page.getByText(`An invitation is on its way to ${email}.`)).toBeVisible();
  await expect(admin.row("Mori Ken")).toContainText("Invited");
  await expect(admin.page.getByText("2 of 10 seats used")).toBeVisible();

  const { page } = await openOperator();
  await page.goto(await linkMailedTo(stack, email));
  await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Save password" }).click();
  await page.goto(`${stack.url}/signin?next=/console`);
  await signInAs(page, signInWords, { ...account, code: "mori", password: NEW_PASSWORD });
  await expect(page).toHaveURL(`${stack.url}/console`);

  await admin.page.reload();
  await expect(admin.row("Mori Ken")).toContainText("Active");
  await expectClean(admin.page, "operators");
});

test("a button that is pressed before the page listens does its work when it does", async ({
  openOperator,
  stack,
}) => {
  const account = await createAccount(stack, { role: "administrator" });
  const admin = new Administrator((await openOperator()).page, stack, account);
  const { page } = admin;
  await admin.openAdmin("/admin/operators");
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/\/_next\/static\/.*\.js/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${stack.url}/admin/operators`, { waitUntil: "commit" });
  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByRole("button", { name: "Add operator" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  release();
  // The last one alone.
  await expect(page.getByRole("dialog", { name: "Add operator" })).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(1);
});

test("an account is created by hand, changed, and thrown out when it is disabled", async ({
  openOperator,
  stack,
}) => {
  const account = await createAccount(stack, { role: "administrator" });
  const admin = new Administrator((await openOperator()).page, stack, account);
  await admin.openAdmin("/admin/operators");
  await admin.describe({ name: "Hayashi Rin", code: "hayashi" });
  await admin.window.getByRole("radio", { name: "Hand over a password" }).check();
  await admin.window.getByRole("button", { name: "Create account" }).click();
  const shown = admin.page.getByRole("dialog", { name: "Password for Hayashi Rin" });
  const password = (await shown.getByRole("status", { name: "One-time password" }).textContent()) ?? "";
  await expectClean(admin.page, "one-time password");
  await shown.getByRole("button", { name: "Done" }).click();

  const { page } = await openOperator();
  await test.step("the one-time password must be changed", async () => {
    await page.goto(`${stack.url}/signin?next=/console`);
    await signInAs(page, signInWords, { ...account, code: "hayashi", password });
    await expect(page).toHaveURL(/\/signin\/continue/);
    await page.getByLabel("Current password", { exact: true }).fill(password);
    await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page).toHaveURL(`${stack.url}/console`);
    await expect(page.getByText("Ready", { exact: true })).toBeVisible();
  });

  await test.step("a new name is in the list, and the search finds it", async () => {
    const sheet = await admin.openOperator("Hayashi Rin");
    await expectClean(admin.page, "one operator");
    await sheet.getByRole("textbox", { name: "Name", exact: true }).fill("<b>Hayashi</b> Rin");
    await sheet.getByRole("button", { name: "Save" }).click();
    await expect(admin.row("<b>Hayashi</b> Rin")).toBeVisible();
    await admin.page.getByRole("searchbox").fill("hayash");
    await expect(admin.page.getByText("1 of 1 account", { exact: true })).toBeVisible();
  });

  await test.step("disabled: out of the open console at once", async () => {
    const sheet = await admin.openOperator("<b>Hayashi</b> Rin");
    await sheet.getByRole("button", { name: "Disable", exact: true }).click();
    const question = admin.page.getByRole("dialog", { name: "Disable" });
    await expectClean(admin.page, "disable?");
    await question.getByRole("button", { name: "Disable", exact: true }).click();
    await expect(page.getByRole("dialog", { name: "Your sign-in has ended" })).toBeVisible({
      timeout: OUT_WITHIN_MS,
    });
    await expect(sheet.getByText("Disabled", { exact: true })).toBeVisible();
    await sheet.getByRole("button", { name: "Enable", exact: true }).click();
    await expect(sheet.getByText("Active", { exact: true })).toBeVisible();
  });

  await test.step("deleted: gone from the list, and the seat is free", async () => {
    const sheet = admin.page.getByRole("dialog", { name: "<b>Hayashi</b> Rin" });
    await sheet.getByRole("button", { name: "Delete", exact: true }).click();
    await admin.page
      .getByRole("dialog", { name: "Delete" })
      .getByRole("button", { name: "Delete", exact: true })
      .click();
    await expect(admin.page.getByText("Nobody fits these filters")).toBeVisible();
    await expect(admin.page.getByText("1 of 10 seats used")).toBeVisible();
  });
});

test("a file with a wrong row is shown, corrected and imported; the export has them all", async ({
  openOperator,
  stack,
}) => {
  const account = await createAccount(stack, { role: "administrator" });
  const admin = new Administrator((await openOperator()).page, stack, account);
  await admin.openAdmin("/admin/operators");
  await admin.page.getByRole("button", { name: "Import", exact: true }).click();
  await expectClean(admin.page, "import");
  const template = admin.page.waitForEvent("download");
  await admin.window.getByRole("button", { name: "Download template" }).click();
  expect((await template).suggestedFilename()).toBe("operators-template.csv");

  const choose = (csv: string) =>
    admin.window
      .getByLabel("Choose a CSV file")
      .setInputFiles({ name: "people.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
  const heading = "ID,氏名,メールアドレス,権限\r\n";
  await choose(`${heading}ota,大田,ota@example.jp,管理者\r\nkato,加藤,no address,\r\n`);
  await expect(admin.window.getByText("1 row has a problem.", { exact: false })).toBeVisible();
  const wrong = admin.window.getByRole("listitem").filter({ hasText: "加藤" });
  await expect(wrong).toContainText("Line 3");
  await expect(wrong).toContainText("This is not an e-mail address.");
  await expect(admin.window.getByRole("button", { name: "Import 2 operators" })).toBeDisabled();
  await expectClean(admin.page, "import with a wrong row");

  await admin.window.getByRole("button", { name: "Choose another file" }).click();
  await choose(`${heading}ota,大田,ota@example.jp,管理者\r\nkato,=1+1,kato@example.jp,\r\n`);
  await expect(admin.window.getByText("All rows are fine.")).toBeVisible();
  await admin.window.getByRole("button", { name: "Import 2 operators" }).click();
  await expect(admin.page.getByText("2 operators were imported and invited.")).toBeVisible();
  await expect(admin.row("大田")).toContainText("Administrator");
  expect(await linkMailedTo(stack, "kato@example.jp")).toContain("/set-password#");

  const download = admin.page.waitForEvent("download");
  await admin.page.getByRole("link", { name: "Export" }).click();
  const csv = await readFile(await (await download).path(), "utf8");
  expect(csv).toContain("ota,大田,ota@example.jp,Administrator,");
  expect(csv).toContain("kato,'=1+1,kato@example.jp");
});

test("policies: kept from mistakes, saved, and in effect", async ({ openOperator, stack }) => {
  const account = await createAccount(stack, { role: "administrator" });
  const admin = new Administrator((await openOperator()).page, stack, account);
  const { page } = admin;
  await admin.openAdmin("/admin/policies");
  await expectClean(page, "policies");

  await test.step("networks that are none are named by their line, and one cannot lock oneself out", async () => {
    const networks = page.getByRole("textbox", { name: "Allowed networks" });
    await networks.fill("203.0.113.0/24\noffice");
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("Not an address or range: line 2: office")).toBeVisible();
    await networks.fill("203.0.113.0/24");
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("These networks would lock you out.")).toBeVisible();
    await page.getByRole("button", { name: "Add it" }).click();
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("The policies were saved.")).toBeVisible();
  });

  await test.step("unsaved changes are not lost by a press on a link", async () => {
    await page.getByRole("textbox", { name: "Name for customers" }).fill("Aoba help desk");
    await expect(page.getByText("Aoba help desk would like to see your screen")).toBeVisible();
    await page.getByRole("link", { name: "Operators", exact: true }).click();
    const question = page.getByRole("dialog", { name: "Leave without saving?" });
    await question.getByRole("button", { name: "Cancel" }).click();
    await expect(page).toHaveURL(`${stack.url}/admin/policies`);
  });

  await test.step("a reception number works as long as the policy says", async () => {
    await page.getByRole("combobox", { name: "A number works for" }).selectOption("3 minutes");
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("Unsaved changes")).toHaveCount(0);
    await page.goto(`${stack.url}/console`);
    await page.getByRole("button", { name: "Issue reception number" }).first().click();
    await expect(page.getByText(/^2:\d\d$/)).toBeVisible();
  });

  await test.step("a logo is shown, and an SVG in disguise is refused", async () => {
    await page.goto(`${stack.url}/admin/policies`);
    const choose = (name: string, buffer: Buffer) =>
      page.getByLabel("Logo", { exact: true }).setInputFiles({ name, mimeType: "image/png", buffer });
    await choose("logo.png", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"));
    await expect(page.getByText("This picture cannot be used.")).toBeVisible();
    await choose("logo.png", await page.screenshot({ clip: { x: 0, y: 0, width: 64, height: 32 } }));
    await expect(page.getByRole("img", { name: "Logo of Aoba help desk" })).toBeVisible();
    await expectClean(page, "policies with a logo");
  });

  await test.step("another administrator's change is not overwritten", async () => {
    const other = await page.context().newPage();
    await other.goto(`${stack.url}/admin/policies`);
    await other.getByRole("spinbutton").fill("4");
    await other.getByRole("button", { name: "Save changes" }).click();
    await expect(other.getByText("The policies were saved.")).toBeVisible();
    await page.getByRole("spinbutton").fill("6");
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("Somebody else has changed this meanwhile.")).toBeVisible();
    await page.getByRole("button", { name: "Load again" }).click();
    await expect(page.getByRole("spinbutton")).toHaveValue("4");
  });
});

for (const look of [
  { language: "ja", colorScheme: "dark", viewport: { width: 390, height: 844 } },
  { language: "en", colorScheme: "light", viewport: { width: 390, height: 844 } },
  { language: "ja", colorScheme: "light", viewport: { width: 1280, height: 800 } },
] as const) {
  test(`operators and policies: ${look.language}, ${look.colorScheme}, ${look.viewport.width} px`, async ({
    openOperator,
    stack,
  }) => {
    const account = await createAccount(stack, { role: "administrator" });
    const { page } = await openOperator({ language: look.language, viewport: look.viewport });
    await page.emulateMedia({ colorScheme: look.colorScheme });
    const admin = new Administrator(page, stack, account, look.language);
    const ja = look.language === "ja";
    await admin.openAdmin("/admin/operators");
    const own = page.locator("main").getByRole("button", { name: account.name });
    await expect(own).toBeVisible();
    await expectClean(page, "operators");
    await own.click();
    await expect(admin.window.getByRole("textbox").first()).toBeVisible();
    await expectClean(page, "one operator");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: ja ? "オペレーターを追加" : "Add operator", exact: true }).click();
    await expectClean(page, "add an operator");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: ja ? "取り込み" : "Import", exact: true }).click();
    await expectClean(page, "import");
    await page.keyboard.press("Escape");
    await page.goto(`${stack.url}/admin/policies`);
    await expect(page.getByRole("spinbutton")).toBeVisible();
    await expectClean(page, "policies");
  });
}

test("operators and supervisors do not get in", async ({ openOperator, stack }) => {
  for (const role of ["operator", "supervisor"] as const) {
    const account = await createAccount(stack, { role });
    const { page } = await openOperator();
    await page.goto(`${stack.url}/signin?next=/admin/operators`);
    await signInAs(page, signInWords, account);
    await expect(page).toHaveURL(`${stack.url}/admin/operators`);
    await expect(page.getByRole("button", { name: "Add operator" })).toHaveCount(0);
    await expect(page.locator("main")).toContainText(/administrator/i);
    const answer = await page.request.get(`${stack.url}/admin/operators/export`);
    expect(answer.status()).toBe(403);
  }
});
