import { expect, test } from "../fixtures/test";

test("日本語だけで、受付から終了まで", async ({ openOperator, openTabCustomer }) => {
  const operator = await openOperator({ language: "ja" });
  const { customer } = await openTabCustomer({ language: "ja" });
  await operator.signIn();
  await expect(operator.page.locator("html")).toHaveAttribute("lang", "ja");
  await customer.enter(await operator.issueReceptionNumber());
  await expect(customer.page.getByText("オペレーターの応答を待っています…")).toBeVisible();
  await operator.accept();
  await customer.agree();
  await operator.expectRemoteScreenPlaying();
  await operator.say("設定を開いてください。");
  await expect(customer.page.getByText("設定を開いてください。")).toBeVisible();
  await customer.stop();
  await expect(customer.page.getByText("画面の共有を停止しました。")).toBeVisible();
});
