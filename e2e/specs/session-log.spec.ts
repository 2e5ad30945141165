import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { seedSessions } from "../../scripts/seed/seed-sessions";
import { signInAs, signInWords } from "../actors/administrator";
import { goLive } from "../actors/go-live";
import { openSignedIn } from "../actors/kept-sign-ins";
import { createAccount, type TestAccount } from "../fixtures/create-account";
import { expectClean } from "../fixtures/expect-clean";
import { productDatabaseUrl } from "../fixtures/product-database";
import type { Stack } from "../fixtures/stack";
import { expect, test } from "../fixtures/test";

const SESSIONS = 50_000;
/** What somebody who pages through a long list puts up with; a scan of all of it would take longer on this machine. */
const PAGE_WITHIN_MS = 5_000;

/** A company with a long past, made once for the stories that need one. */
let seeded: Promise<TestAccount> | undefined;

test.describe("a log of 50,000 sessions", () => {
  test.beforeEach(async ({ stack }) => {
    seeded ??= (async () => {
      const account = await createAccount(stack, { role: "administrator" });
      await seedSessions(await productDatabaseUrl(stack), {
        companyCode: account.companyCode,
        count: SESSIONS,
      });
      return account;
    })();
    await seeded;
  });

  test("is listed, narrowed, sorted and paged through, and a reload keeps the place", async ({
    openOperator,
    stack,
  }) => {
    const { page } = await openAdmin(openOperator, stack, "/admin/sessions");
    const rows = page.getByRole("region", { name: "Session log" }).locator("tbody tr");
    await expect(rows).toHaveCount(50);

    await page.getByRole("combobox", { name: "How it ended" }).selectOption("Relay lost");
    await expect(rows.first()).toContainText("Relay lost");
    await expect(page).toHaveURL(/reason=relay_lost/);
    await page.getByRole("combobox", { name: "Period" }).selectOption("Last 12 months");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await expect(page).not.toHaveURL(/reason/);

    await page.getByRole("button", { name: "Duration" }).click();
    await expect(page.getByRole("columnheader", { name: "Duration" })).toHaveAttribute(
      "aria-sort",
      "descending",
    );
    const longest = (await rows.first().textContent()) ?? "";
    await page.getByRole("button", { name: "Next", exact: true }).click();
    await expect(page).toHaveURL(/at=/);
    await expect(rows.first()).not.toHaveText(longest);
    await expect(page.getByRole("button", { name: "Previous", exact: true })).toBeEnabled();
    const second = (await rows.first().textContent()) ?? "";
    await page.reload();
    await expect(rows).toHaveCount(50);
    expect(await rows.first().textContent()).toBe(second);
    await page.goBack();
    await expect(rows.first()).not.toHaveText(second);

    await page.getByRole("searchbox", { name: "Search" }).fill("100%");
    await expect(rows.first()).toContainText("100% of the queue", { timeout: PAGE_WITHIN_MS });
    await page.getByRole("searchbox", { name: "Search" }).fill("no such words anywhere");
    await expect(page.getByText("No session matches")).toBeVisible();
    await expectClean(page, "/admin/sessions, nothing found");
  });

  test("a row opens a sheet, and the sheet the session's page with note, charts and erasure", async ({
    openOperator,
    stack,
  }) => {
    const { page } = await openAdmin(openOperator, stack, "/admin/sessions?reason=ended_by_operator");
    await expectClean(page, "/admin/sessions");
    const rows = page.getByRole("region", { name: "Session log" }).locator("tbody tr");
    await rows.first().getByRole("button").click();
    const sheet = page.getByRole("dialog");
    await expect(sheet).toContainText("Ended by the operator");
    await expectClean(page, "/admin/sessions, sheet");
    await sheet.getByRole("link", { name: "Open the session's page" }).click();
    await expect(page).toHaveURL(/\/admin\/sessions\/[0-9a-f-]{36}$/);
    await expect(page.getByRole("heading", { name: "Round trip" })).toBeVisible();
    await expectClean(page, "/admin/sessions/[id]");

    const evil = `<script>document.title = "stolen"</script> "quoted" '=1+1'`;
    await page.getByRole("textbox", { name: "Note" }).fill(evil);
    await expect(page.getByText("Saved", { exact: true })).toBeVisible();
    await page.reload();
    await expect(page.getByRole("textbox", { name: "Note" })).toHaveValue(evil);
    await expect(page).not.toHaveTitle(/stolen/);
    await expect(page.getByText("Sato Hana changed", { exact: false })).toHaveCount(0);

    await page.getByRole("button", { name: "Erase personal data…" }).click();
    const question = page.getByRole("dialog");
    await expect(question).toContainText("Device information");
    await expectClean(page, "erase?");
    await question.getByRole("button", { name: "Erase", exact: true }).click();
    await expect(page.getByText(/^Erased on/)).toBeVisible();
    await expect(page.getByText("The note was erased", { exact: false })).toBeVisible();
    await expect(page.getByText("Sato Hana erased device information and note.")).toBeVisible();
    await expect(page.getByRole("button", { name: "Erase personal data…" })).toHaveCount(0);
  });

  test("the file has every session of the filters, and nothing that a spreadsheet would run", async ({
    openOperator,
    stack,
  }) => {
    const { page } = await openAdmin(openOperator, stack, "/admin/sessions");
    const arriving = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export CSV" }).click();
    const file = await readFile(await (await arriving).path(), "utf8");
    expect(file.startsWith("\uFEFFSession ID,Operator,")).toBe(true);
    const lines = file.trimEnd().split("\r\n");
    expect(lines).toHaveLength(SESSIONS + 1);
    expect(file).toContain(`"'=HYPERLINK(`);
    expect(file).not.toMatch(/(^|,)"?=HYPERLINK/m);

    const refused = await page.context().request.get(`${stack.url}/admin/sessions/export?reason=boredom`);
    expect(refused.status()).toBe(400);
    await page.context().clearCookies();
    const nobody = await page
      .context()
      .request.get(`${stack.url}/admin/sessions/export`, { maxRedirects: 0 });
    expect(nobody.status()).toBe(401);
  });

  test("the reports draw and count them all", async ({ openOperator, stack }) => {
    const { page } = await openAdmin(openOperator, stack, "/admin/reports?range=year");
    const totals = page.getByLabel("Totals");
    await expect(totals).toContainText("Sessions");
    const shown = (await totals.locator("dd").first().textContent()) ?? "";
    const count = shown.replaceAll(",", "");
    // The oldest of them began a day or two before the year did.
    expect(Number(count)).toBeGreaterThan(SESSIONS * 0.98);
    await expect(page.locator(".recharts-bar-rectangle").first()).toBeVisible();
    await expect(page.getByRole("table", { name: "Sessions by weekday and hour" })).toBeVisible();
    await expectClean(page, "/admin/reports");
    await page.getByText("Show as a table").first().click();
    await expect(page.getByRole("region", { name: "Sessions and minutes by day" })).toBeVisible();
    await page.getByRole("combobox", { name: "Period" }).selectOption("Last 7 days");
    await expect(totals.locator("dd").first()).not.toHaveText(shown);
    await page.getByRole("combobox", { name: "Period" }).selectOption("Choose dates…");
    await page.getByLabel("From").fill("2030-01-01");
    await expect(page.getByText("The first day must come before the last", { exact: false })).toBeVisible();
  });

  test("日本語・スマートフォン幅", async ({ openOperator, stack }) => {
    const viewport = { width: 390, height: 844 };
    const { page } = await openAdmin(openOperator, stack, "/admin/sessions", { language: "ja", viewport });
    const cards = page.getByRole("list", { name: "セッション履歴" }).getByRole("listitem");
    await expect(cards).toHaveCount(50);
    await expectClean(page, "/admin/sessions, ja, 390 px");
    await page.getByRole("button", { name: "絞り込み" }).click();
    await page.getByRole("combobox", { name: "終了の理由" }).selectOption("接続が切断");
    await expect(page).toHaveURL(/reason=connection_lost/);
    await expect(cards.first()).toContainText("接続が切断");
    await cards.first().getByRole("button").click();
    await page.getByRole("link", { name: "このセッションのページを開く" }).click();
    await expect(page.getByRole("textbox", { name: "メモ" })).toBeVisible();
    await expectClean(page, "/admin/sessions/[id], ja, 390 px");
    await page.goto(`${stack.url}/admin/reports`);
    await expect(page.getByRole("heading", { name: "日別" })).toBeVisible();
    await expectClean(page, "/admin/reports, ja, 390 px");
  });
});

test("notes survive a reload and the end of the session, and the customer answers once", async ({
  openOperator,
  openTabCustomer,
  stack,
}) => {
  const operator = await openOperator();
  await operator.signIn("operator2");
  const { customer } = await openTabCustomer();
  await goLive(operator, customer);

  const { page } = operator;
  const note = page.getByRole("textbox", { name: "Note" });
  await page.getByRole("tab", { name: "Notes" }).click();
  await note.fill("Router restarted");
  await page.reload();
  await page.getByRole("tab", { name: "Notes" }).click();
  await expect(note).toHaveValue("Router restarted");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();

  await note.fill("Router restarted; works again");
  // The session ends under the typing, before the pause after which a note is saved.
  await customer.stop();
  await expect(note).toHaveValue("Router restarted; works again");
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await expectClean(page, "session, ended");

  const survey = customer.page.getByRole("region", { name: "Was your problem solved?" });
  await expectClean(customer.page, "survey");
  await survey.getByRole("button", { name: "Yes" }).click();
  await expect(customer.page.getByText("Thank you for your answer.")).toBeVisible();
  await customer.page.reload();
  await expect(customer.page.getByText("Thank you for your answer.")).toBeVisible();

  await page.goto(`${stack.url}/console/log`);
  const row = page.getByRole("region", { name: "Session log" }).locator("tbody tr").first();
  await expect(row).toContainText("Router restarted; works again");
  await expect(row).toContainText("Solved");
  await expectClean(page, "/console/log");
  await row.getByRole("button").click();
  await page.getByRole("link", { name: "Open the session's page" }).click();
  await expect(page.getByText("The customer agreed to share the screen.")).toBeVisible();
  await expect(page.getByText("The session ended: Stopped by the customer.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Erase personal data…" })).toHaveCount(0);

  // The company's pages are not for operators, nor is its file.
  const refused = await page.context().request.get(`${stack.url}/admin/sessions/export`);
  expect(refused.status()).toBe(403);
});

const wordsToSignIn = {
  en: signInWords,
  ja: { companyCode: "企業コード", id: "ID", password: "パスワード", signIn: "サインイン" },
} as const;

/** Signs in as the administrator of the company with the long past, and arrives at a page. */
async function openAdmin(
  openOperator: (options?: {
    language?: "en" | "ja";
    viewport?: { width: number; height: number };
  }) => Promise<{ page: Page }>,
  stack: Stack,
  path: string,
  options: Parameters<typeof openOperator>[0] = {},
): Promise<{ page: Page }> {
  const account = await seeded;
  if (!account) throw new Error("Nothing was seeded.");
  const { page } = await openOperator(options);
  const { language = "en" } = options;
  await openSignedIn(page, `${stack.url}${path}`, `${stack.url} ${language} ${account.code}`, async () => {
    await page.goto(`${stack.url}/signin?next=${encodeURIComponent(path)}`);
    await signInAs(page, wordsToSignIn[language], account);
  });
  return { page };
}
