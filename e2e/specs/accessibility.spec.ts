import type { Page } from "@playwright/test";
import type { Customer } from "../actors/customer";
import { expectClean } from "../fixtures/expect-clean";
import { keepPicture } from "../fixtures/keep-picture";
import { expect, test } from "../fixtures/test";

const looks = [
  { language: "en", colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { language: "ja", colorScheme: "dark", viewport: { width: 390, height: 844 } },
] as const;

for (const { language, colorScheme, viewport } of looks) {
  test(`every page is accessible and fits: ${language}, ${colorScheme}, ${viewport.width} px`, async ({
    openOperator,
    openTabCustomer,
    stack,
  }) => {
    test.setTimeout(180_000);
    const operator = await openOperator({ language, viewport });
    const { customer } = await openTabCustomer({ language });
    await customer.page.setViewportSize(viewport);
    for (const { page } of [operator, customer]) await page.emulateMedia({ colorScheme });

    const visit = async (page: Page, path: string) => {
      await page.goto(`${stack.url}${path}`);
      await expectClean(page, path);
    };
    // Two browsers are two people: what they do apart they do at the same time.
    await Promise.all([
      (async () => {
        for (const path of ["/", "/r/123456", "/status", "/no-such-page"]) await visit(customer.page, path);
      })(),
      (async () => {
        await visit(operator.page, "/signin");
        await operator.signIn("admin");
        await expectClean(operator.page, "/console, empty");
      })(),
    ]);
    await customer.enter(await operator.issueReceptionNumber());
    await expect(customer.agreeButton).toHaveCount(0);
    await Promise.all([
      expectClean(operator.page, "/console, number and waiting customer"),
      expectClean(customer.page, "waiting"),
    ]);
    await operator.accept();
    await expect(customer.agreeButton).toBeVisible();
    await expectClean(customer.page, "consent");
    await customer.agree();
    await operator.expectRemoteScreenPlaying();
    await expectClean(operator.page, "session");
    await lookAtQuality(operator.page, language);
    await lookAtMenu(operator.page);
    await expectClean(customer.page, "live");
    await operator.requestControl();
    await expect(customer.allowControlButton).toBeEnabled();
    await Promise.all([
      expectClean(customer.page, "control asked for"),
      expectClean(operator.page, "session, control asked for"),
    ]);
    await customer.allowControl();
    await expect(
      customer.page.getByRole("heading", { name: customer.words.wholeScreenHeading }),
    ).toBeFocused();
    await expectClean(customer.page, "control, entire screen asked for");
    await customer.stop();
    await expect(customer.stopButton).toHaveCount(0);
    await Promise.all([expectClean(customer.page, "ended"), expectClean(operator.page, "session, ended")]);
    await visit(operator.page, "/console/log");
    await visit(operator.page, "/admin");
    await operator.page.context().clearCookies();
    await operator.page.goto(`${stack.url}/provider`);
    await expectClean(operator.page, "provider sign-in");
    await operator.signInAsProvider();
    await expectClean(operator.page, "/provider");
  });
}

/**
 * An open menu. axe looks at the menu alone: Radix hides everything else from screen readers meanwhile, keeps the focus in the menu and lets
 * no press through to the page, so that what axe finds there (links inside `aria-hidden`, a page without headings and landmarks) can be
 * reached by nobody. That the focus stays is what is tried here.
 */
async function lookAtMenu(page: Page): Promise<void> {
  const button = page.locator("button[aria-haspopup=menu]").last();
  await button.focus();
  await page.keyboard.press("Enter");
  const menu = page.getByRole("menu");
  await expect(menu.locator(":focus")).toBeVisible();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  await page.evaluate(() =>
    document.querySelector<HTMLElement>("[aria-hidden=true] a, a[aria-hidden=true]")?.focus(),
  );
  await expect(page.locator("[role=menu]:focus, [role=menu] :focus")).toHaveCount(1);
  await expectClean(page, "session, menu", "[role=menu]");
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();
}

const qualityWords = {
  en: { open: /Show details$/, panel: "Connection", rate: /[kM]bit\/s/ },
  ja: { open: /詳細を表示$/, panel: "通信の状態", rate: /[kM]bit\/s/ },
} as const;

/** How the connection is, opened and closed by keyboard. */
async function lookAtQuality(page: Page, language: "en" | "ja"): Promise<void> {
  const words = qualityWords[language];
  const button = page.getByRole("button", { name: words.open });
  await button.focus();
  await page.keyboard.press("Enter");
  const panel = page.getByRole("dialog", { name: words.panel });
  await expect(panel.getByText(words.rate).first()).toBeVisible({ timeout: 15_000 });
  // A line for each figure, longer than the one point that it begins with.
  await expect
    .poll(async () => {
      const drawn = await panel.locator("path.recharts-area-curve").all();
      return await Promise.all(drawn.map(async (path) => ((await path.getAttribute("d")) ?? "").length > 20));
    })
    .toEqual([true, true, true, true]);
  await expectClean(page, "session, quality");
  await keepPicture(page, "quality");
  await page.keyboard.press("Escape");
  await expect(panel).toHaveCount(0);
  await expect(button).toBeFocused();
}

test("the whole story by keyboard alone", async ({ openOperator, openTabCustomer, stack }) => {
  const operator = await openOperator();
  const { customer } = await openTabCustomer();
  await operator.signIn("operator2");
  await operator.page.keyboard.press("n");
  await expect(operator.receptionNumber).toHaveText(/\d{3}\s?\d{3}/u);
  const number = ((await operator.receptionNumber.textContent()) ?? "").replace(/\D/g, "");

  await customer.page.goto(stack.url);
  await expect(customer.page.getByRole("textbox", { name: "Reception number" })).toBeFocused();
  await customer.page.keyboard.type(number);
  await customer.page.keyboard.press("Enter");
  await expect(operator.page.getByRole("button", { name: "Accept", exact: true })).toBeVisible();
  await operator.page.keyboard.press("a");
  await expect(customer.agreeButton).toBeVisible();
  await tabTo(customer.page, customer);
  await customer.page.keyboard.press("Enter");
  await operator.expectRemoteScreenPlaying();
  await customer.stopButton.focus();
  await customer.page.keyboard.press("Enter");
  await expect(customer.stopButton).toHaveCount(0);
});

/** Presses Tab until the consent button has the focus: it must be reachable, in few presses. */
async function tabTo(page: Page, customer: Customer): Promise<void> {
  for (let presses = 0; presses < 20; presses += 1) {
    if (await customer.agreeButton.evaluate((button) => button === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("Agree cannot be reached with the Tab key.");
}
