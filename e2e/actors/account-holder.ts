import { type CDPSession, expect, type Locator, type Page } from "@playwright/test";
import type { TestAccount } from "../fixtures/create-account";
import type { Stack } from "../fixtures/stack";
import type { Authenticator } from "./authenticator";
import { keepRecoveryCodes, secondStepWords, setUpAuthenticator } from "./second-step";

const words = {
  en: {
    companyCode: "Company code",
    id: "ID",
    password: "Password",
    currentPassword: "Current password",
    signIn: "Sign in",
    withPasskey: "Sign in with a passkey",
    app: "Authenticator app",
    setUp: "Set up",
    next: "Continue",
    passkeys: "Passkeys",
    addPasskey: "Add a passkey",
    name: "Name",
    signIns: "Where you are signed in",
  },
  ja: {
    companyCode: "企業コード",
    id: "ID",
    password: "パスワード",
    currentPassword: "現在のパスワード",
    signIn: "サインイン",
    withPasskey: "パスキーでサインイン",
    app: "認証アプリ",
    setUp: "設定",
    next: "続ける",
    passkeys: "パスキー",
    addPasskey: "パスキーを追加",
    name: "名前",
    signIns: "サインイン中のブラウザー",
  },
} as const;

/** Somebody with an account, at the pages about it. */
export class AccountHolder {
  readonly page: Page;
  readonly account: TestAccount;
  readonly words: (typeof words)[keyof typeof words];
  readonly stepWords: (typeof secondStepWords)[keyof typeof secondStepWords];
  readonly #stack: Stack;

  constructor(page: Page, stack: Stack, account: TestAccount, language: "en" | "ja" = "en") {
    this.page = page;
    this.account = account;
    this.#stack = stack;
    this.words = words[language];
    this.stepWords = secondStepWords[language];
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.#stack.url}${path}`);
  }

  /** Types codes and password and sends them; what comes then is the story's. */
  async enter(password = this.account.password): Promise<void> {
    await this.page.getByRole("textbox", { name: this.words.companyCode }).fill(this.account.companyCode);
    await this.page.getByRole("textbox", { name: this.words.id, exact: true }).fill(this.account.code);
    await this.page.getByLabel(this.words.password, { exact: true }).fill(password);
    await this.page.getByRole("button", { name: this.words.signIn, exact: true }).click();
  }

  /** Signs in with the password alone and arrives at the account's page. */
  async signIn(): Promise<void> {
    await this.open("/signin?next=/account");
    await this.enter();
    await this.expectAccountPage();
  }

  async expectAccountPage(): Promise<void> {
    await expect(this.page).toHaveURL(`${this.#stack.url}/account`);
    await expect(this.section(this.words.signIns).getByRole("listitem").first()).toBeVisible();
  }

  /** Forgets the sign-in, as another browser of the same person would not have it. */
  async becomeStranger(): Promise<void> {
    await this.page.context().clearCookies();
  }

  section(name: string): Locator {
    return this.page.getByRole("region", { name, exact: true });
  }

  get dialog(): Locator {
    return this.page.getByRole("dialog");
  }

  /** Sets up an authenticator app on the account's page. @returns the app and the recovery codes */
  async addAuthenticator(): Promise<{ app: Authenticator; recoveryCodes: readonly string[] }> {
    await this.section(this.words.app).getByRole("button", { name: this.words.setUp, exact: true }).click();
    await this.dialog.getByLabel(this.words.currentPassword, { exact: true }).fill(this.account.password);
    await this.dialog.getByRole("button", { name: this.words.next, exact: true }).click();
    const app = await setUpAuthenticator(this.page, this.stepWords);
    return { app, recoveryCodes: await keepRecoveryCodes(this.page, this.stepWords) };
  }

  /** Makes a passkey on the account's page; recovery codes that come with it are left to the story. */
  async addPasskey(name: string): Promise<void> {
    await this.page.getByRole("button", { name: this.words.addPasskey, exact: true }).click();
    await this.dialog.getByRole("textbox", { name: this.words.name, exact: true }).fill(name);
    await this.dialog.getByLabel(this.words.currentPassword, { exact: true }).fill(this.account.password);
    await this.dialog.getByRole("button", { name: this.words.next, exact: true }).click();
  }

  /** Gives the browser a passkey store that says yes to everything, as a phone does after a look at its owner's face. */
  async getPasskeyStore(): Promise<CDPSession> {
    const devtools = await this.page.context().newCDPSession(this.page);
    await devtools.send("WebAuthn.enable");
    await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    return devtools;
  }
}
