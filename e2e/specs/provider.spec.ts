import type { Page } from "@playwright/test";
import { goLive } from "../actors/go-live";
import { expectClean } from "../fixtures/expect-clean";
import { linkMailedTo, mailTo } from "../fixtures/mailbox";
import { expect, test } from "../fixtures/test";

const STOPPED_WITHIN_MS = 2_000;
const PASSWORD = "Ringo-5-hashi";

/** A name and code that no other run of the story has taken: companies are never forgotten. */
function freshCompany() {
  const code = `story-${Date.now().toString(36)}`;
  return { name: `Story ${code}`, code, email: `${code}@company.example` };
}

/** Signs a company's own person in, at whatever company. */
async function signIn(page: Page, url: string, company: string, id: string): Promise<void> {
  await page.goto(`${url}/signin`);
  // From then on the page no longer fills in the code that this browser used before.
  await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeEnabled();
  await page.getByRole("textbox", { name: "Company code" }).fill(company);
  await page.getByRole("textbox", { name: "ID", exact: true }).fill(id);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await expect(page.getByRole("textbox", { name: "Company code" })).toHaveValue(company);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

test("a company from its first day to its last", async ({ openOperator, openTabCustomer, stack }) => {
  test.setTimeout(240_000);
  const provider = await openOperator();
  const { page } = provider;
  const company = freshCompany();
  const sheet = page.getByRole("dialog");

  await test.step("the provider signs in with a second factor and creates it", async () => {
    await provider.signInAsProvider();
    await page.getByRole("link", { name: "Companies", exact: true }).click();
    await page.getByRole("button", { name: "New company" }).click();
    await sheet.getByRole("button", { name: "Create and invite" }).click();
    await expect(sheet.getByText("This is not an e-mail address.")).toBeVisible();
    await sheet.getByLabel("Name", { exact: true }).fill(company.name);
    await sheet.getByLabel("Full name").fill("Ito Mei");
    // Leaving the name has brought a code; this one is typed over it.
    await expect(sheet.getByLabel("Company code")).toHaveValue(company.name.toLowerCase().replace(" ", "-"));
    await sheet.getByLabel("Company code").fill(company.code);
    await sheet.getByLabel("Seats").fill("3");
    await sheet.getByLabel("E-mail", { exact: true }).fill(company.email);
    await expectClean(page, "the form of a new company");
    await sheet.getByRole("button", { name: "Create and invite" }).dblclick();
    await expect(page.getByText(`An invitation is on its way to ${company.email}.`)).toBeVisible();
    await expect(page.getByRole("row", { name: new RegExp(company.code) })).toContainText("1 / 3");
  });

  const administrator = await openOperator();
  await test.step("its administrator accepts the invitation and signs in", async () => {
    await administrator.page.goto(await linkMailedTo(stack, company.email));
    await administrator.page.getByLabel("New password", { exact: true }).fill(PASSWORD);
    await administrator.page.getByRole("button", { name: "Save password" }).click();
    await expect(administrator.page.getByRole("heading", { name: "Password saved" })).toBeVisible();
    await signIn(administrator.page, stack.url, company.code, "admin");
    await expect(administrator.page).toHaveURL(`${stack.url}/console`);
    await expect(administrator.page.getByText("Ready", { exact: true })).toBeVisible();
  });

  await test.step("suspending it ends a live session, with the reason on both sides", async () => {
    const { customer } = await openTabCustomer();
    await goLive(administrator, customer);

    await page.getByRole("button", { name: company.name }).click();
    await sheet.getByRole("button", { name: "Suspend", exact: true }).click();
    const question = page.getByRole("dialog", { name: `Suspend ${company.name}?` });
    await expect(question).toContainText("The 1 open session ends at once.");
    await question.getByRole("button", { name: "Suspend company" }).click();
    await expect(question.getByText("Enter a reason")).toBeVisible();
    await question.getByLabel("Reason").fill("The invoice of October is open.");
    await expectClean(page, "the question before suspending");
    await question.getByRole("button", { name: "Suspend company" }).click();
    const pressedAt = Date.now();
    await expect(
      customer.page.getByText("the operator's company can no longer use this service"),
    ).toBeVisible();
    await expect(
      administrator.page.getByText("The service of your company has been suspended").first(),
    ).toBeVisible();
    expect(Date.now() - pressedAt).toBeLessThan(STOPPED_WITHIN_MS);
    await expect(sheet.getByText("Reason: The invoice of October is open.")).toBeVisible();
    await signIn(administrator.page, stack.url, company.code, "admin");
    await expect(administrator.page.locator("main").getByRole("alert")).toBeVisible();
  });

  await test.step("resumed, it works again", async () => {
    await sheet.getByRole("button", { name: "Resume" }).click();
    await expect(page.getByText(`${company.name} can work again.`)).toBeVisible();
    await expect(sheet.getByText("Reason: The invoice of October is open.")).toHaveCount(0);
    await expectClean(page, "a company's sheet");
    await signIn(administrator.page, stack.url, company.code, "admin");
    await expect(administrator.page).toHaveURL(`${stack.url}/console`);
  });

  await test.step("the plan is never smaller than what is in use, and a colleague's change is not overwritten", async () => {
    await sheet.getByRole("button", { name: "Edit plan" }).click();
    await sheet.getByLabel("Seats").fill("0");
    await sheet.getByRole("button", { name: "Save" }).click();
    await expect(sheet.getByText("Enter a whole number from 1 to")).toBeVisible();

    const other = await page.context().newPage();
    await other.goto(`${stack.url}/provider/companies`);
    await other.getByRole("button", { name: company.name }).click();
    await other.getByRole("button", { name: "Edit plan" }).click();
    await other.getByLabel("Seats").fill("4");
    await other.getByRole("button", { name: "Save" }).click();
    await expect(other.getByText("The plan was saved.")).toBeVisible();
    await other.close();
    await sheet.getByLabel("Seats").fill("5");
    await sheet.getByRole("button", { name: "Save" }).click();
    await expect(sheet.getByText("Somebody else has changed this meanwhile.")).toBeVisible();
    await sheet.getByRole("button", { name: "Load again" }).click();
    await expect(sheet.getByLabel("Seats")).toHaveValue("4");
    await expect(sheet.getByText("Somebody else has changed this meanwhile.")).toHaveCount(0);

    await sheet.getByLabel("Seats").fill("5");
    await sheet.getByLabel("File transfer").uncheck();
    await sheet.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("The plan was saved.")).toBeVisible();
    await expect(sheet.getByText("1 of 5")).toBeVisible();
  });

  await test.step("closing it asks for its code, and sends its administrator the data", async () => {
    const mailsBefore = (await mailTo(stack, company.email)).length;
    await sheet.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Close company" }).click();
    const question = page.getByRole("dialog", { name: `Close ${company.name} for good?` });
    const close = question.getByRole("button", { name: "Close company" });
    await question.getByLabel(`Type ${company.code} to confirm`).fill("another");
    await expect(close).toBeDisabled();
    await question.getByLabel(`Type ${company.code} to confirm`).fill(company.code);
    await expectClean(page, "the question before closing");
    await close.click();
    await expect(page.getByText(`${company.name} is closed. 1 link was sent.`)).toBeVisible();
    await expect(sheet.getByText("Nobody has fetched it yet.")).toBeVisible();

    await administrator.page.goto(await linkMailedTo(stack, company.email, mailsBefore));
    await expect(
      administrator.page.getByText(`The service for ${company.name} has been closed.`),
    ).toBeVisible();
    await expectClean(administrator.page, "the page with a closed company's data");
    const download = administrator.page.waitForEvent("download");
    await administrator.page.getByRole("button", { name: "Download" }).click();
    expect((await download).suggestedFilename()).toBe(`madoguchi-${company.code}.zip`);
    expect(await (await download).failure()).toBeNull();
  });
});

test("the provider site on a phone, in Japanese", async ({ openOperator, stack }) => {
  test.setTimeout(150_000);
  const provider = await openOperator({ language: "ja", viewport: { width: 390, height: 844 } });
  const { page } = provider;
  await provider.signInAsProvider();
  for (const [path, heading] of [
    ["/provider", "概要"],
    ["/provider/companies", "会社"],
    ["/provider/relays", "中継サーバー"],
    ["/provider/accounts", "提供者アカウント"],
  ] as const) {
    await page.goto(`${stack.url}${path}`);
    await expect(page.getByRole("heading", { level: 1, name: heading, exact: true })).toBeVisible();
    await expect(
      page.locator("main").getByText("demo").or(page.locator("main dl").first()).first(),
    ).toBeVisible();
    await expectClean(page, path);
  }
  await page.goto(`${stack.url}/provider/companies`);
  await page.getByRole("button", { name: "Demo Support" }).click();
  await expect(page.getByRole("dialog").getByText("企業コード：demo")).toBeVisible();
  await expectClean(page, "a company's sheet on a phone");
});

test("colleagues of the provider: invited, disabled, never oneself", async ({ openOperator, stack }) => {
  test.setTimeout(150_000);
  const provider = await openOperator();
  const { page } = provider;
  const id = `mate-${Date.now().toString(36)}`;
  const email = `${id}@provider.example`;
  const sheet = page.getByRole("dialog");
  await provider.signInAsProvider();
  await page.getByRole("link", { name: "Accounts", exact: true }).click();
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await sheet.getByLabel("Name", { exact: true }).fill(`Mori ${id}`);
  await sheet.getByLabel("ID", { exact: true }).fill(id);
  await sheet.getByLabel("E-mail", { exact: true }).fill(email);
  await sheet.getByRole("button", { name: "Send invitation" }).click();
  await expect(page.getByText(`An invitation is on its way to ${email}.`)).toBeVisible();

  const colleague = await openOperator();
  await colleague.page.goto(await linkMailedTo(stack, email));
  await colleague.page.getByLabel("New password", { exact: true }).fill(PASSWORD);
  await colleague.page.getByRole("button", { name: "Save password" }).click();
  await expect(colleague.page.getByRole("heading", { name: "Password saved" })).toBeVisible();
  await colleague.page.goto(`${stack.url}/signin/provider`);
  await colleague.page.getByRole("textbox", { name: "ID", exact: true }).fill(id);
  await colleague.page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await colleague.page.getByRole("button", { name: "Sign in", exact: true }).click();
  // Without a second factor nothing of the site opens.
  await expect(colleague.page.getByRole("heading", { name: "Set up two-step sign-in" })).toBeVisible();
  await colleague.page.goto(`${stack.url}/provider/companies`);
  await expect(colleague.page.getByRole("heading", { name: "Set up two-step sign-in" })).toBeVisible();

  await page.reload();
  await page.getByRole("button", { name: `Mori ${id}` }).click();
  await sheet.getByRole("button", { name: "Disable the account" }).click();
  await page.getByRole("dialog").last().getByRole("button", { name: "Disable", exact: true }).click();
  await expect(page.getByText("is disabled.")).toBeVisible();
  await colleague.page.goto(`${stack.url}/provider`);
  await expect(colleague.page).toHaveURL(/\/signin\/provider/);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "(you)" }).click();
  await expect(sheet.getByRole("link", { name: "My account" })).toBeVisible();
  await expect(sheet.getByRole("button", { name: "Disable the account" })).toHaveCount(0);
});
