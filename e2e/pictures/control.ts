import type { Page } from "@playwright/test";
import type { Customer } from "../actors/customer";
import type { Operator } from "../actors/operator";
import { oneMonitor, ProtocolTool } from "../actors/protocol-tool";
import type { Stack } from "../fixtures/stack";

interface Scene {
  readonly operator: Operator;
  readonly customer: Customer;
  readonly stack: Stack;
  readonly take: (page: Page, name: string) => Promise<void>;
}

const device = {
  osName: "Debian GNU/Linux",
  osVersion: "12 (bookworm)",
  hostName: "desk-3",
  cpuModel: "AMD Ryzen 5 5600G with Radeon Graphics",
  cpuCores: 12,
  memoryTotalBytes: 16_600_000_000,
  memoryFreeBytes: 9_100_000_000,
  disks: [
    { name: "/", totalBytes: 498_000_000_000, freeBytes: 231_000_000_000 },
    { name: "/home", totalBytes: 1_990_000_000_000, freeBytes: 870_000_000_000 },
  ],
  networkAddresses: [
    { name: "enp3s0", address: "192.168.10.24" },
    { name: "enp3s0", address: "fe80::1ac0:4dff:fe31:52a7" },
  ],
  uptimeSeconds: 277_920,
};

/** Run in the customer's page: a headless browser can share a tab alone, and pages ask which it is. Settable, to see both. */
export function sayEntireScreen(): void {
  const { getSettings } = MediaStreamTrack.prototype;
  MediaStreamTrack.prototype.getSettings = function (this: MediaStreamTrack) {
    const settings = getSettings.call(this);
    const isTab = document.documentElement.dataset.sharesTab === "true";
    return settings.displaySurface && !isTab ? { ...settings, displaySurface: "monitor" } : settings;
  };
}

/** Control, from the request to the end of it, as both see it. */
export async function takeControl({ operator, customer, stack, take }: Scene): Promise<void> {
  await operator.page.mouse.move(2, 2);
  await customer.page.evaluate(() => {
    document.documentElement.dataset.sharesTab = "true";
  });
  await operator.requestControl();
  await customer.allowControlButton.waitFor();
  await take(customer.page, "30-control-request");
  await take(operator.page, "40-control-asked");
  await customer.denyControl();
  await operator.requestControlButton.waitFor();
  await take(operator.page, "41-control-denied");
  await operator.page.locator(`#control-button:not([aria-disabled])`).waitFor();
  await operator.requestControl();
  await customer.allowControl({ tellsDevice: true });
  await customer.page.getByRole("button", { name: customer.words.wholeScreen, exact: true }).waitFor();
  await take(customer.page, "31-control-whole-screen");
  await take(operator.page, "42-control-whole-screen");
  await customer.page.evaluate(() => {
    document.documentElement.dataset.sharesTab = "false";
  });
  await customer.page.getByRole("button", { name: customer.words.wholeScreen, exact: true }).click();
  await customer.page.getByRole("heading", { name: customer.words.startTool }).waitFor();
  await customer.page.waitForLoadState("networkidle");
  await take(customer.page, "32-control-start-tool");
  await take(operator.page, "43-control-waiting-for-tool");

  const tool = await ProtocolTool.start(customer.page, stack, { sharesDevice: true });
  await tool.tellDevice(device);
  await operator.control.expectOn();
  await operator.control.move({ x: 0.5, y: 0.5 });
  await take(operator.page, "44-controlling");
  await take(customer.page, "33-controlled");
  // On a phone the panel is folded.
  const deviceTab = operator.page.getByRole("tab", { name: operator.words.device });
  if (await deviceTab.isVisible()) {
    await deviceTab.click();
    await take(operator.page, "45-device");
  }
  await operator.page.getByRole("button", { name: operator.words.specialKeys, exact: true }).click();
  await take(operator.page, "46-special-keys");
  await operator.page.keyboard.press("Escape");
  await operator.page.getByRole("button", { name: operator.words.clipboard, exact: true }).click();
  await take(operator.page, "47-clipboard");
  await operator.page.keyboard.press("Escape");
  tool.say({ phase: "ready" }, [
    oneMonitor,
    { ...oneMonitor, monitorId: "2", name: "HDMI-1", isPrimary: false },
  ]);
  await operator.page.getByRole("button", { name: operator.words.monitor }).click();
  await take(operator.page, "48-monitors");
  await operator.page.keyboard.press("Escape");
  await operator.control.clipboard("requestClipboard");
  await customer.page.getByRole("button", { name: customer.words.allowClipboard, exact: true }).waitFor();
  await take(customer.page, "34-clipboard-request");
  await customer.allowClipboard();
  tool.say({ phase: "paused" });
  await operator.page.getByText(operator.words.customersMouse).waitFor();
  await take(operator.page, "49-paused");
  await take(customer.page, "35-paused");
  tool.say({ phase: "blocked", obstacle: "wayland" });
  await customer.page.getByText("Wayland").waitFor();
  await take(operator.page, "50-blocked");
  await take(customer.page, "36-blocked");
  tool.say({ phase: "ready" });
  await operator.control.expectOn();
  await operator.control.toggle();
  await take(operator.page, "51-view-only");
  await operator.control.toggle();
  await tool.revokeControl();
  await operator.requestControlButton.waitFor();
  await take(operator.page, "52-taken-back");
  await take(customer.page, "37-taken-back");
  await operator.requestControl();
  await customer.allowControl();
  await operator.control.expectOn();
  tool.close();
  await customer.page.getByRole("heading", { name: customer.words.startTool }).waitFor();
  await take(customer.page, "38-tool-gone");
  await take(operator.page, "53-tool-gone");
  await customer.viewOnly();
  await operator.requestControlButton.waitFor();
}
