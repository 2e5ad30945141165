import type { Page } from "@playwright/test";
import { noteConnections, sentCodec } from "../actors/encoder";
import { goLive } from "../actors/go-live";
import { Supervisor } from "../actors/supervisor";
import { createTeam } from "../fixtures/create-team";
import { expectClean } from "../fixtures/expect-clean";
import { expect, test } from "../fixtures/test";
import { withoutCodecs } from "../fixtures/without-codecs";

const PHONE = { width: 390, height: 844 };
/** Within this time after the account is stopped, nobody may look on. */
const DISMISSED_WITHIN_MS = 2_000;
/** Leave this variable out, and no pictures are taken. */
const PICTURES = process.env.SUPERVISION_PICTURES;

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

test("a supervisor watches a session, everybody sees it, and ends it", async ({
  openOperator,
  openTabCustomer,
  stack,
}) => {
  test.setTimeout(180_000);
  const team = await createTeam(stack, { supervisorName: "<b>Mori</b> Ken" });
  const operator = await openOperator();
  const supervisor = new Supervisor(await openOperator());
  const { customer } = await openTabCustomer();
  const { page } = supervisor;
  const list = page.getByRole("region", { name: "Open sessions" });
  const customerIsTold = customer.page
    .getByRole("status")
    .getByText("A supervisor of Minato Support is watching too: <b>Mori</b> Ken");
  const operatorIsTold = operator.page.getByText("Watched by <b>Mori</b> Ken");

  await test.step("the list follows the session from the number on", async () => {
    await supervisor.browser.signIn(team.supervisor.code, team);
    await supervisor.openLive(stack.url);
    await expect(page.getByText("No session is open")).toBeVisible();
    await expectClean(page, "live, empty");
    await operator.signIn(team.operator.code, team);
    await customer.enter(await operator.issueReceptionNumber());
    await expect(list.getByText("Waiting for the operator")).toBeVisible();
    await operator.accept();
    await expect(list.getByText("Reading the consent page")).toBeVisible();
    await customer.agree();
    await operator.expectRemoteScreenPlaying();
    await expect(list.getByText("Live", { exact: true })).toBeVisible();
    await expect(list.getByText(team.operator.name)).toBeVisible();
    await expect(customerIsTold).toHaveCount(0);
    await expectClean(page, "live, one session");
    await picture(page, "list-1280-en");
  });

  await test.step("watching shows the picture and the pointer, and is told to both", async () => {
    await supervisor.watch();
    await expect(customerIsTold).toBeVisible();
    await expect(operatorIsTold).toBeVisible();
    const isRed = async () => {
      const [red, green, blue] = await supervisor.browser.colorAt(0.5, 0.9);
      return red > 150 && green < 90 && blue < 90;
    };
    await expect.poll(isRed, { timeout: 20_000 }).toBe(true);
    await operator.choose("pointer");
    await operator.pointAt(0.5, 0.5);
    await expect(page.getByTestId("remote-pointer")).toBeVisible();
    await expect(page.getByTestId("remote-pointer")).toContainText(team.operator.name);
    for (const { name, on } of [
      { name: "watch", on: page },
      { name: "customer-watched", on: customer.page },
      { name: "operator-watched", on: operator.page },
    ]) {
      await picture(on, `${name}-1280-en`);
      await expectClean(on, name);
    }
  });

  await test.step("there is nothing to point, draw or write with", async () => {
    await expect(page.getByRole("textbox")).toHaveCount(0);
    for (const name of ["Pointer", "Pen", "Send"]) {
      await expect(page.getByRole("button", { name, exact: true })).toHaveCount(0);
    }
  });

  await test.step("leaving is told, and changes nothing", async () => {
    await supervisor.leave();
    await expect(customerIsTold).toHaveCount(0);
    await expect(operatorIsTold).toHaveCount(0);
    await operator.expectRemoteScreenPlaying();
    await expect(list.getByText("Live", { exact: true })).toBeVisible();
  });

  await test.step("a reload goes on watching", async () => {
    await supervisor.watch();
    await page.reload();
    await supervisor.browser.expectRemoteScreenPlaying();
    await expect(customerIsTold).toBeVisible();
  });

  await test.step("the end, with its reason, told to all three", async () => {
    await supervisor.endWatched();
    await expect(customer.page.getByText("The session was ended by the operator's company.")).toBeVisible();
    await expect(
      operator.page.getByText("A supervisor of your company has ended the session."),
    ).toBeVisible();
    await expect(page.getByRole("heading", { name: "Ended by a supervisor" })).toBeVisible();
    await expectClean(page, "watch, ended");
    await picture(page, "watch-ended-1280-en");
    await supervisor.openLive(stack.url);
    await expect(page.getByText("No session is open")).toBeVisible();
  });

  await test.step("operators have no such page", async () => {
    await operator.page.goto(`${stack.url}/admin/live`);
    await expect(operator.page.getByRole("heading", { name: "Live sessions" })).toHaveCount(0);
    await expect(operator.page.getByText("No session is open")).toHaveCount(0);
  });
});

test("スーパーバイザーが電話の幅の画面で閲覧し、一覧から終了する", async ({
  openOperator,
  openTabCustomer,
  stack,
}) => {
  test.setTimeout(120_000);
  const team = await createTeam(stack, { supervisorName: "森 健" });
  const operator = await openOperator({ language: "ja" });
  const supervisor = new Supervisor(await openOperator({ language: "ja", viewport: PHONE }), "ja");
  const { customer } = await openTabCustomer({ language: "ja" });
  await customer.page.setViewportSize(PHONE);
  await operator.signIn(team.operator.code, team);
  await customer.enter(await operator.issueReceptionNumber());
  await operator.accept();
  await expect(customer.agreeButton).toBeVisible();
  await expectClean(customer.page, "consent, ja, phone");
  await customer.agree();
  await operator.expectRemoteScreenPlaying();
  await supervisor.browser.signIn(team.supervisor.code, team);
  await supervisor.openLive(stack.url);
  await expect(supervisor.page.getByText("対応中", { exact: true })).toBeVisible();
  await expectClean(supervisor.page, "live, ja, phone");
  await picture(supervisor.page, "list-390-ja");
  await supervisor.watch();
  const told = customer.page.getByText("Minato Supportの管理担当者も、この画面を見ています：森 健");
  await expect(told).toBeVisible();
  await expect(operator.page.getByText("森 健が閲覧中")).toBeVisible();
  await expectClean(supervisor.page, "watch, ja, phone");
  await expectClean(customer.page, "customer, watched, ja, phone");
  await picture(supervisor.page, "watch-390-ja");
  await picture(customer.page, "customer-watched-390-ja");
  await supervisor.leave();
  await expect(told).toHaveCount(0);
  await supervisor.endFromList();
  await expect(customer.page.getByText("オペレーターの会社がセッションを終了しました。")).toBeVisible();
  await expect(operator.page.getByText("スーパーバイザーがセッションを終了しました。")).toBeVisible();
  await expect(supervisor.page.getByText("開いているセッションはありません").first()).toBeVisible();
});

test("browsers without a codec see the picture in another; a supervisor whose account is stopped sees none", async ({
  openOperator,
  openTabCustomer,
  stack,
}) => {
  const team = await createTeam(stack);
  const operator = await openOperator();
  const supervisor = new Supervisor(await openOperator());
  const { customer } = await openTabCustomer();
  await noteConnections(customer.page);
  await withoutCodecs(operator.page, ["AV1"]);
  await withoutCodecs(supervisor.page, ["AV1", "H264", "VP9"]);
  await operator.signIn(team.operator.code, team);
  await goLive(operator, customer);
  expect(await sentCodec(customer.page)).toBe("video/H264");
  await supervisor.browser.signIn(team.supervisor.code, team);
  await supervisor.openLive(stack.url);
  await supervisor.watch();
  const told = customer.page.getByText("A supervisor of Minato Support is watching too");
  await expect(told).toBeVisible();
  await expect.poll(() => sentCodec(customer.page)).toBe("video/VP8");
  await operator.expectRemoteScreenPlaying();

  await test.step("one with nothing in common with the operator's is told why it sees nothing", async () => {
    const other = await supervisor.page.context().newPage();
    await withoutCodecs(other, ["H264", "VP9", "VP8"]);
    await other.goto(supervisor.page.url());
    await expect(other.getByText("The customer's browser sends it as VP8")).toBeVisible();
    await expectClean(other, "watch, unshowable");
    await picture(other, "watch-unshowable-1280-en");
    await operator.expectRemoteScreenPlaying();
    await other.close();
    await supervisor.page.reload();
    await supervisor.browser.expectRemoteScreenPlaying();
  });

  await team.disable(team.supervisor.code);
  await expect(told).toHaveCount(0, { timeout: DISMISSED_WITHIN_MS });
  await expect(supervisor.page.getByLabel("Remote screen", { exact: true })).toHaveCount(0);
  await expect(supervisor.page.getByRole("status").getByRole("heading")).toBeVisible();
  await operator.expectRemoteScreenPlaying();
  await customer.stop();
});

test("the company's own words, name and logo on the consent page, as text; accepted by itself", async ({
  openOperator,
  openTabCustomer,
  stack,
}) => {
  const operator = await openOperator();
  await operator.page.setContent(
    '<div id="logo" style="width:300px;height:90px;background:#0b5;color:#fff;font:40px sans-serif">Minato</div>',
  );
  const logo = await operator.page.locator("#logo").screenshot();
  const consentText = "We help you on this page only.\n<img src=x onerror=alert(1)><script>alert(2)</script>";
  const displayName = "<i>Minato</i> Help Desk";
  const team = await createTeam(stack, { autoAccept: true, consentText, displayName, logo });
  const { customer } = await openTabCustomer();
  const dialogs: string[] = [];
  customer.page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await operator.signIn(team.operator.code, team);
  const number = await operator.issueReceptionNumber();

  // Nobody presses anything: the console is open, and the policy says that this is enough.
  await customer.enter(number);
  await expect(customer.agreeButton).toBeVisible();
  await expect(
    customer.page.getByRole("heading", { name: `Sato Hana of ${displayName} would like to see your screen` }),
  ).toBeVisible();
  const own = customer.page.getByText("We help you on this page only.");
  await expect(own).toContainText("<img src=x onerror=alert(1)><script>alert(2)</script>");
  expect(await own.evaluate((element) => element.children.length)).toBe(0);
  await expect(own).toHaveCSS("white-space", "pre-line");
  const image = customer.page.getByRole("img", { name: displayName });
  await expect(image).toBeVisible();
  expect(await image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(300);
  await expectClean(customer.page, "consent with the company's face");
  await picture(customer.page, "consent-1280-en");
  await customer.page.setViewportSize(PHONE);
  await expectClean(customer.page, "consent with the company's face, phone");
  await picture(customer.page, "consent-390-en");
  expect(dialogs).toEqual([]);

  await test.step("the logo may be kept, and is nothing but a picture", async () => {
    const source = (await image.getAttribute("src")) ?? "";
    const answer = await customer.page.request.get(new URL(source, stack.url).href);
    expect(answer.headers()).toMatchObject({
      "content-type": "image/png",
      "x-content-type-options": "nosniff",
      "cache-control": "public, max-age=31536000, immutable",
    });
    const stale = await customer.page.request.get(new URL(`${source}1`, stack.url).href);
    expect(stale.headers()["cache-control"]).toBe("no-store");
    const unknown = "00000000-0000-7000-8000-000000000000";
    expect((await customer.page.request.get(`${stack.url}/logo/${unknown}?v=1`)).status()).toBe(404);
    expect((await customer.page.request.get(`${stack.url}/logo/no-id`)).status()).toBe(404);
  });

  await operator.page.goto(`${stack.url}/console`);
  await customer.page.getByRole("button", { name: customer.words.no, exact: true }).click();
  await expect(customer.agreeButton).toHaveCount(0);
});
