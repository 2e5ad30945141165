import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium, expect, type Page } from "@playwright/test";
import { Customer } from "../actors/customer";
import { Operator } from "../actors/operator";
import { baseFlags, findChromium, tabFlags } from "../fixtures/chromium";
import { type Stack, startStack } from "../fixtures/stack";
import { SHARED_TAB_TITLE } from "../fixtures/test";
import { sayEntireScreen, takeControl } from "./control";
import { sharedScreen } from "./shared-screen";

const PICTURES_DIR = "test-results/pictures";

/** Around the button on the shared page, in fractions of its picture. */
const RING = { x: 0.755, y: 0.38, width: 0.09, height: 0.06 };

const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 844 };
const looks = [
  { name: "en-desktop-light", language: "en", viewport: desktop, colorScheme: "light" },
  { name: "ja-desktop-dark", language: "ja", viewport: desktop, colorScheme: "dark" },
  { name: "ja-phone-light", language: "ja", viewport: phone, colorScheme: "light" },
  { name: "en-phone-dark", language: "en", viewport: phone, colorScheme: "dark" },
] as const;
type Look = (typeof looks)[number];

/**
 * `npm run pictures [-- en-desktop-light]`: one picture of every page in every look, to be looked at by a person, from a real
 * session between two browsers. They go to `test-results/pictures`.
 */
export async function takePictures(names: readonly string[]): Promise<void> {
  const { stack, stop } = await startStack();
  const launch = (flags: readonly string[]) =>
    chromium.launch({ executablePath: findChromium(), args: [...baseFlags, ...flags] });
  const operators = await launch([]);
  const customers = await launch(tabFlags(SHARED_TAB_TITLE));
  try {
    for (const look of looks) {
      if (names.length > 0 && !names.includes(look.name)) continue;
      await takeLook(look, stack, operators, customers);
      console.log(`✓ ${look.name}`);
    }
  } finally {
    await operators.close();
    await customers.close();
    await stop();
  }
  console.log(`Written to ${PICTURES_DIR}`);
}

async function takeLook(look: Look, stack: Stack, operators: Browser, customers: Browser): Promise<void> {
  const folder = join(PICTURES_DIR, look.name);
  await mkdir(folder, { recursive: true });
  const { viewport, colorScheme } = look;
  const options = { viewport, colorScheme, locale: look.language === "ja" ? "ja-JP" : "en-US" } as const;
  const operator = new Operator(await (await operators.newContext(options)).newPage(), stack, look.language);
  const customerContext = await customers.newContext(options);
  await customerContext.addInitScript(sayEntireScreen);
  const shared = await customerContext.newPage();
  await shared.setViewportSize(desktop);
  await shared.setContent(sharedScreen(SHARED_TAB_TITLE, look.language));
  const customer = new Customer(await customerContext.newPage(), stack, look.language);

  const take = async (page: Page, name: string) => {
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled" });
    if ((await page.evaluate(() => document.documentElement.scrollHeight)) > viewport.height + 1) {
      await page.screenshot({
        path: join(folder, `${name}-whole.png`),
        fullPage: true,
        animations: "disabled",
      });
    }
  };
  await operator.page.goto(`${stack.url}/signin`);
  await take(operator.page, "10-sign-in");
  await operator.signIn("admin");
  await take(operator.page, "11-console-empty");
  const number = await operator.issueReceptionNumber();
  await take(operator.page, "12-console-number");

  await customer.page.goto(stack.url);
  await customer.page.getByRole("textbox", { name: customer.words.number }).waitFor();
  await take(customer.page, "01-number");
  await customer.enter("123123");
  await customer.page.locator("main").getByRole("alert").waitFor();
  await take(customer.page, "02-wrong-number");
  await customer.enter(number);
  await operator.page.getByRole("button", { name: operator.words.accept, exact: true }).waitFor();
  await take(customer.page, "03-waiting");
  await take(operator.page, "13-console-waiting");
  await operator.accept();
  await customer.agreeButton.waitFor();
  await take(customer.page, "04-consent");
  await take(operator.page, "14-session-consent");
  await customer.agree();
  await operator.expectRemoteScreenPlaying();
  await operator.choose("pen");
  // A ring around the button that the customer is to press.
  const ring = Array.from({ length: 25 }, (_, step) => (step / 24) * 2 * Math.PI);
  await operator.pointAt(RING.x + RING.width, RING.y);
  await operator.page.mouse.down();
  for (const angle of ring) {
    await operator.pointAt(RING.x + RING.width * Math.cos(angle), RING.y + RING.height * Math.sin(angle));
  }
  await operator.page.mouse.up();
  // The first frame is coarse; somebody who looks at the picture sees the sharp one.
  await expect.poll(async () => (await operator.colorAt(0.02, 0.05))[2]).toBeGreaterThan(234);
  await operator.choose("pointer");
  await operator.pointAt(RING.x, RING.y);
  await customer.page.getByTestId("remote-pointer").first().waitFor();
  await take(operator.page, "15-session");
  await take(customer.page, "05-live");
  await takeControl({ operator, customer, stack, take });
  await customer.stop();
  await customer.stopButton.waitFor({ state: "detached" });
  await take(customer.page, "06-ended");
  await take(operator.page, "16-session-ended");
  for (const [path, name] of [
    ["/console/log", "17-log"],
    ["/admin", "18-admin"],
    ["/status", "20-status"],
    ["/no-such-page", "21-not-found"],
  ] as const) {
    await operator.page.goto(`${stack.url}${path}`, { waitUntil: "networkidle" });
    await take(operator.page, name);
  }
  await operator.page.context().clearCookies();
  await operator.signInAsProvider();
  await operator.page.getByRole("heading", { level: 1 }).waitFor();
  await take(operator.page, "19-provider");
  await operator.page.context().close();
  await customerContext.close();
}
