import { Painter } from "../actors/painter";
import { ProtocolTool } from "../actors/protocol-tool";
import { expectClean } from "../fixtures/expect-clean";
import { expect, test } from "../fixtures/test";

/** Within ± 2 of 1000 of the picture's size. */
const TOLERANCE = 0.002;
const PLACES: readonly [number, number][] = [
  [0.1, 0.1],
  [0.5, 0.5],
  [0.93, 0.88],
];
const WINDOW_SIZES = [
  { width: 1280, height: 800 },
  { width: 1600, height: 700 },
  { width: 820, height: 1000 },
];

test("an operator helps a customer who shares the whole screen", async ({
  openOperator,
  openScreenCustomer,
  stack,
}) => {
  test.setTimeout(180_000);
  const operator = await openOperator();
  const { customer, display } = await openScreenCustomer();
  const painter = await Painter.open(display);
  await painter.paint("rgb(200, 30, 30)");

  await test.step("sign in, number, waiting, accept, consent", async () => {
    await operator.signIn();
    await customer.enter(await operator.issueReceptionNumber());
    await expect(customer.page.getByText("Waiting for the operator")).toBeVisible();
    await operator.accept();
    await expect(customer.page.getByText("would like to see your screen")).toBeVisible();
    await customer.agree();
    await operator.expectRemoteScreenPlaying();
  });

  await test.step("what changes on the display changes at the operator", async () => {
    // The middle of the painter's window, below its toolbar.
    const place = { x: 1100 / display.width, y: 500 / display.height };
    await expect
      .poll(async () => isNear(await operator.colorAt(place.x, place.y), [200, 30, 30]), { timeout: 20_000 })
      .toBe(true);
    await painter.paint("rgb(20, 60, 200)");
    await expect
      .poll(async () => isNear(await operator.colorAt(place.x, place.y), [20, 60, 200]), { timeout: 20_000 })
      .toBe(true);
  });

  await test.step("the pointer arrives at the right spot, whatever the window's size", async () => {
    for (const size of WINDOW_SIZES) {
      await operator.page.setViewportSize(size);
      await operator.choose("pointer");
      for (const [x, y] of PLACES) {
        await operator.pointAt(x, y);
        await expect
          .poll(async () => {
            const place = await customer.pointerPlace();
            return Math.max(Math.abs(place.x - x), Math.abs(place.y - y));
          })
          .toBeLessThanOrEqual(TOLERANCE);
      }
    }
  });

  await test.step("so does the pen", async () => {
    for (const size of WINDOW_SIZES) {
      await operator.page.setViewportSize(size);
      await operator.choose("pen");
      const strokes = customer.page.getByTestId("annotation");
      const drawn = await strokes.count();
      await operator.pointAt(0.3, 0.25);
      await operator.page.mouse.down();
      await operator.pointAt(0.6, 0.7);
      await operator.page.mouse.up();
      await expect(strokes).toHaveCount(drawn + 1);
      await expect
        .poll(async () => {
          const ends = await customer.lastStrokeEnds();
          return Math.max(
            Math.abs(ends.from.x - 0.3),
            Math.abs(ends.from.y - 0.25),
            Math.abs(ends.to.x - 0.6),
            Math.abs(ends.to.y - 0.7),
          );
        })
        .toBeLessThanOrEqual(TOLERANCE);
    }
  });

  await test.step("chat both ways", async () => {
    await operator.page.setViewportSize({ width: 1280, height: 800 });
    await operator.say("Please open the settings. <b>Bold?</b>");
    await expect(customer.page.getByText("Please open the settings. <b>Bold?</b>")).toBeVisible();
    await customer.say("設定を開きました 👍");
    await expect(operator.page.getByText("設定を開きました 👍")).toBeVisible();
  });

  await test.step("pause and resume", async () => {
    await customer.page.getByRole("button", { name: "Pause", exact: true }).click();
    await expect(operator.page.getByText("Paused by the customer").first()).toBeVisible();
    await customer.page.getByRole("button", { name: "Resume", exact: true }).click();
    await expect(operator.page.getByText("Paused by the customer")).toHaveCount(0);
  });

  await test.step("the customer takes the pointer back, the relay obeys", async () => {
    await customer.page.getByRole("switch", { name: "Point and draw on it" }).click();
    await expect(operator.page.getByRole("button", { name: "Pointer", exact: true })).toBeDisabled();
    await customer.page.getByRole("switch", { name: "Point and draw on it" }).click();
    await expect(operator.page.getByRole("button", { name: "Pointer", exact: true })).toBeEnabled();
  });

  await test.step("control is asked for, denied, allowed, used, and taken back", async () => {
    await operator.requestControl();
    await customer.denyControl();
    await expect(operator.page.getByText("The customer does not allow control.")).toBeVisible();
    // A no rests for a moment before the customer can be asked again.
    await expect(operator.requestControlButton).toBeEnabled();
    await operator.requestControl();
    await customer.allowControl();
    await expect(operator.page.getByText("Waiting for the Client Tool…")).toBeVisible();
    const tool = await ProtocolTool.start(customer.page, stack);
    await operator.control.expectOn();
    await expect(customer.page.getByRole("heading", { name: "controls this computer" })).toBeVisible();
    await expectClean(operator.page, "session, controlling");
    await expectClean(customer.page, "controlled");
    await tool.expectHeard({ type: "picture", width: display.width, height: display.height });
    await operator.control.click(0.25, 0.5);
    await tool.expectHeard({ type: "button", button: 0, down: true, x: 0.25, y: 0.5 });
    await operator.control.press("Control+KeyP");
    await tool.expectHeard({ type: "key", code: "KeyP", down: false });
    await operator.control.compose("漢字");
    await tool.expectHeard({ type: "text", text: "漢字" });
    await customer.viewOnly();
    await expect(operator.page.getByText("The customer has taken control back.")).toBeVisible();
    const { length } = tool.heard;
    await operator.control.click(0.75, 0.5);
    expect(tool.heard).toHaveLength(length);
    tool.close();
  });

  await test.step("the end, told to both, and the log", async () => {
    await operator.endSession();
    await expect(customer.page.getByText("The session was ended by the operator.")).toBeVisible();
    await expect(operator.page.getByText("You have ended the session.")).toBeVisible();
    await operator.page.goto(new URL("/console/log", operator.page.url()).href);
    const row = operator.page.getByRole("row").nth(1);
    await expect(row).toContainText(/ended/i);
    await expect(row).toContainText(/Linux/);
  });
  await painter.close();
});

function isNear(color: readonly number[], wanted: readonly number[]): boolean {
  return color.every((value, index) => Math.abs(value - (wanted[index] ?? 0)) < 40);
}
