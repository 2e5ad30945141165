import { Customer } from "../actors/customer";
import { goLive } from "../actors/go-live";
import { Operator } from "../actors/operator";
import { BuildCopy } from "../fixtures/build-copy";
import { expectClean } from "../fixtures/expect-clean";
import { keepPicture } from "../fixtures/keep-picture";
import { descendantsOf } from "../fixtures/processes";
import { startStack } from "../fixtures/stack";
import { expect, test } from "../fixtures/test";

test("after a reload the operator is back in the session, and the customer is shown a way on", async ({
  openOperator,
  openTabCustomer,
}) => {
  const operator = await openOperator();
  const { customer } = await openTabCustomer();
  await operator.signIn();
  await goLive(operator, customer);
  await operator.say("Before the reload");
  await expect(customer.page.getByText("Before the reload")).toBeVisible();

  await operator.page.reload();
  await operator.expectRemoteScreenPlaying();
  await expect(operator.page.getByText("Before the reload")).toBeVisible();
  await operator.say("After the reload");
  await expect(customer.page.getByText("After the reload")).toBeVisible();

  customer.page.on("dialog", (dialog) => void dialog.accept());
  await customer.page.reload();
  await expect(customer.page.getByRole("heading", { name: "Your screen is no longer shared" })).toBeVisible();
  await customer.page.getByRole("button", { name: "Share again" }).click();
  await expect(customer.stopButton).toBeVisible();
  await operator.expectRemoteScreenPlaying();
  await expect.poll(async () => (await operator.colorAt(0.5, 0.5))[0]).toBeGreaterThan(150);
  await customer.say("I am back");
  await expect(operator.page.getByText("I am back")).toBeVisible();
  await customer.stop();
  await expect(customer.page.getByText("You have stopped sharing your screen.")).toBeVisible();
});

test("a new version of the console is offered, and loading it drops no session", async ({
  openOperator,
  openTabCustomer,
}) => {
  test.setTimeout(180_000);
  const build = await BuildCopy.make();
  const { stack, stop } = await startStack({ NEXT_DIST_DIR: build.folder });
  try {
    const { page: sessionPage } = await openOperator();
    const operator = new Operator(sessionPage, stack);
    const { customer: somebody, sharedTab } = await openTabCustomer();
    const customer = new Customer(somebody.page, stack);
    await operator.signIn();
    await goLive(operator, customer);
    const stream = await operator.streamId();

    const desk = await sessionPage.context().newPage();
    await desk.clock.install();
    await desk.goto(`${stack.url}/console`);
    const notice = desk.getByText("There is a new version of the console.");
    await expect(desk.getByText("Live (1)")).toBeVisible();
    await expect(notice).toHaveCount(0);

    await test.step("the server is replaced by one with a newer build", async () => {
      const id = await build.replace();
      const server = descendantsOf(stack.starterPid).find(({ command }) =>
        command.includes("management-server.mjs"),
      );
      process.kill(server?.pid ?? 0, "SIGTERM");
      await expect
        .poll(
          async () => {
            const answer = await fetch(`${stack.url}/api/build-id`).catch(() => null);
            return answer?.ok ? await answer.json() : null;
          },
          // The old one lets go of its streams first, and the new one starts anew, beside another story.
          { timeout: 60_000 },
        )
        .toEqual({ build: id });
    });

    await test.step("the console notices, and loads it when the operator wants", async () => {
      await desk.clock.fastForward("05:01");
      await expect(notice).toBeVisible();
      await expectClean(desk, "console, new version");
      await keepPicture(desk, "new-version");
      await desk.getByRole("button", { name: "Load it now" }).click();
      await expect(notice).toHaveCount(0);
      await expect(desk.getByText("Live (1)")).toBeVisible();
      await desk.clock.fastForward("05:01");
      await expect(notice).toHaveCount(0);
    });

    await test.step("the session went on all the while, on the same connection", async () => {
      expect(await operator.streamId()).toBe(stream);
      await sharedTab.evaluate(() => {
        document.body.style.background = "rgb(20, 60, 200)";
      });
      await expect.poll(async () => (await operator.colorAt(0.5, 0.5))[2]).toBeGreaterThan(150);
      await operator.say("Still here");
      await expect(customer.page.getByText("Still here")).toBeVisible();
    });

    await test.step("its own page comes with the new version as well, and back into the session", async () => {
      await expect(sessionPage.getByText("There is a new version of the console.")).toHaveCount(0);
      await sessionPage.reload();
      await operator.expectRemoteScreenPlaying();
      await operator.say("And here");
      await expect(customer.page.getByText("And here")).toBeVisible();
      await customer.stop();
      await expect(customer.page.getByText("You have stopped sharing your screen.")).toBeVisible();
    });
  } finally {
    await stop();
    await build.remove();
  }
});
