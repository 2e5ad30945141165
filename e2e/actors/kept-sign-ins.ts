import { type Cookie, expect, type Page } from "@playwright/test";

/** Of this worker's stories so far, by person. */
const kept = new Map<string, Cookie[]>();

/**
 * Opens a page that only somebody who is signed in sees: the first time of a person by the form, later as somebody who has not signed
 * out since.
 *
 * @param person who, where and in which language
 * @param signIn by the form; it leads to the page
 */
export async function openSignedIn(
  page: Page,
  url: string,
  person: string,
  signIn: () => Promise<void>,
): Promise<void> {
  const context = page.context();
  const cookies = kept.get(person);
  if (cookies) {
    await context.addCookies(cookies);
    await page.goto(url);
    await expect(page).toHaveURL(url);
    return;
  }
  await signIn();
  await expect(page).toHaveURL(url);
  const own = await context.cookies(url);
  // Not which server of several a proxy has chosen, for instance.
  kept.set(
    person,
    own.filter(({ name }) => name.endsWith("madoguchi_sign_in")),
  );
}
