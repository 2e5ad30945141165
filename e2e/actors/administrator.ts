import { expect, type Locator, type Page } from "@playwright/test";
import type { TestAccount } from "../fixtures/create-account";
import type { Stack } from "../fixtures/stack";

const words = {
  en: { companyCode: "Company code", id: "ID", password: "Password", signIn: "Sign in", add: "Add operator" },
  ja: {
    companyCode: "企業コード",
    id: "ID",
    password: "パスワード",
    signIn: "サインイン",
    add: "オペレーターを追加",
  },
} as const;

/** Somebody who looks after a company's accounts and rules. */
export class Administrator {
  readonly page: Page;
  readonly #stack: Stack;
  readonly #account: TestAccount;
  readonly #words: (typeof words)[keyof typeof words];

  constructor(page: Page, stack: Stack, account: TestAccount, language: "en" | "ja" = "en") {
    this.page = page;
    this.#stack = stack;
    this.#account = account;
    this.#words = words[language];
  }

  /** Signs in and arrives at a page of the admin site. */
  async openAdmin(path: "/admin/operators" | "/admin/policies"): Promise<void> {
    await this.page.goto(`${this.#stack.url}/signin?next=${path}`);
    await signInAs(this.page, this.#words, this.#account);
    await expect(this.page).toHaveURL(`${this.#stack.url}${path}`);
  }

  /** The one window that is open over the page. */
  get window(): Locator {
    return this.page.getByRole("dialog").last();
  }

  /** Opens an account from the list by its name. */
  async openOperator(name: string): Promise<Locator> {
    await this.page.getByRole("button", { name, exact: true }).click();
    const sheet = this.page.getByRole("dialog", { name, exact: true });
    await expect(sheet.getByRole("textbox", { name: "Name", exact: true })).toBeVisible();
    return sheet;
  }

  /** Fills in the sheet for a new account. */
  async describe(person: { name: string; code: string; email?: string; role?: string }): Promise<void> {
    await this.page.getByRole("button", { name: this.#words.add, exact: true }).click();
    await this.window.getByRole("textbox", { name: "Name", exact: true }).fill(person.name);
    await this.window.getByRole("textbox", { name: "ID", exact: true }).fill(person.code);
    if (person.email) await this.window.getByRole("textbox", { name: "E-mail" }).fill(person.email);
    if (person.role) await this.window.getByRole("combobox", { name: "Role" }).selectOption(person.role);
  }

  /** A line of the list, by the name in it. */
  row(name: string): Locator {
    return this.page.getByRole("row").filter({ hasText: name });
  }
}

/** Types codes and password into the sign-in page that is open. */
export async function signInAs(
  page: Page,
  names: { companyCode: string; id: string; password: string; signIn: string },
  account: Pick<TestAccount, "companyCode" | "code" | "password">,
): Promise<void> {
  await page.getByRole("textbox", { name: names.companyCode }).fill(account.companyCode);
  await page.getByRole("textbox", { name: names.id, exact: true }).fill(account.code);
  await page.getByLabel(names.password, { exact: true }).fill(account.password);
  await page.getByRole("button", { name: names.signIn, exact: true }).click();
}

/** The words of the English sign-in page. */
export const signInWords = words.en;
