import { expect, type Page } from "@playwright/test";
import { Authenticator } from "./authenticator";

/** What the second step of signing in is called. */
export const secondStepWords = {
  en: {
    heading: "Two-step sign-in",
    setUp: "Set up two-step sign-in",
    openApp: "Open in an app on this device",
    code: "Six-digit code",
    codes: "Recovery codes",
    codesHeading: "Your recovery codes",
    kept: "I have kept them",
    done: "Done",
  },
  ja: {
    heading: "二段階認証",
    setUp: "二段階認証の設定",
    openApp: "この端末のアプリで開く",
    code: "6桁のコード",
    codes: "リカバリーコード",
    codesHeading: "リカバリーコード",
    kept: "保管しました",
    done: "完了",
  },
} as const;
type Words = (typeof secondStepWords)[keyof typeof secondStepWords];

/** Puts the account that the page shows into a new authenticator app and proves it with a first code. */
export async function setUpAuthenticator(page: Page, words: Words): Promise<Authenticator> {
  const uri = await page.getByRole("link", { name: words.openApp }).getAttribute("href");
  const app = new Authenticator(uri ?? "");
  // The last digit sends the form.
  await page.getByRole("textbox", { name: words.code }).fill(await app.nextCode());
  return app;
}

/** @returns the codes that the page shows this once */
export async function keepRecoveryCodes(page: Page, words: Words): Promise<readonly string[]> {
  await expect(page.getByRole("heading", { name: words.codesHeading })).toBeVisible();
  const codes = await page.getByRole("list", { name: words.codes }).getByRole("listitem").allTextContents();
  expect(codes).toHaveLength(10);
  await page.getByRole("checkbox", { name: words.kept }).check();
  await page.getByRole("button", { name: words.done }).click();
  return codes;
}
