import { describe, expect, test } from "vitest";
import { pixelAt, sharedMonitor } from "../control/shared-monitor";
import { parseMonitors } from "./linux/monitors";
import type { SeenMonitor } from "./machine";
import { type Display, pixelMonitors, pixelOfPoint, pointOfPixel } from "./macos/desktop-pixels";
import { moveInput } from "./windows/input-events";
import { windowsMonitors } from "./windows/windows-monitors";

/**
 * The way from the number that a browser has for a monitor to the pixel that is clicked, on all three systems: with two monitors of one
 * size, one of them left of the primary one and therefore at negative coordinates, a turned one, and mixed scaling.
 */

/** Which monitor is taken to be shared when nothing else is known of it. */
function shownBy(
  monitors: readonly SeenMonitor[],
  { captureId = null, name = null }: { captureId?: number | null; name?: string | null },
): SeenMonitor {
  const shown = sharedMonitor(monitors, {
    surface: { kind: "monitor", captureId, name },
    picture: null,
    chosenId: null,
    currentId: null,
  });
  if (!shown) throw new Error("There is no monitor.");
  return shown;
}

/** Places on a picture: its corners, and some in between. */
const places = [0, 0.25, 0.333, 0.5, 0.9, 1].flatMap((x) => [0, 0.4, 1].map((y) => ({ x, y })));

/** The pixel of a monitor that a place on its picture is. */
function pixelOn({ width, height }: SeenMonitor, { x, y }: { x: number; y: number }) {
  return {
    x: Math.min(Math.floor(x * width + 1e-6), width - 1),
    y: Math.min(Math.floor(y * height + 1e-6), height - 1),
  };
}

describe("Windows", () => {
  const FULL_HD = { width: 1920, height: 1080 };
  /** In the order in which Windows tells of monitors, which is not that of the display devices. */
  const screens = [
    { handle: 11n, device: "DISPLAY1", x: 0, y: 0, ...FULL_HD, dpi: 96 },
    { handle: 13n, device: "DISPLAY5", x: 1920, y: 200, width: 1080, height: 1920, dpi: 144 },
    { handle: 12n, device: "DISPLAY2", x: -1920, y: -300, ...FULL_HD, dpi: 192 },
    { handle: 14n, device: "DISPLAY6", x: -1920, y: 1080, width: 3840, height: 2160, dpi: 120 },
  ];
  /** Two of them have no monitor. */
  const devices = ["DISPLAY1", "DISPLAY2", "DISPLAY3", "DISPLAY4", "DISPLAY5", "DISPLAY6"];
  const pathOf = (device: string) => `\\\\.\\${device}`;
  const monitors = windowsMonitors({
    enumDisplayMonitors: (_context, _clip, visit) => {
      for (const { handle } of screens) visit(handle);
      return 1;
    },
    getMonitorInfo: (handle, info) => {
      const screen = screens.find((one) => one.handle === handle);
      if (!screen) return 0;
      const { x, y, width, height, device } = screen;
      info.rcMonitor = { left: x, top: y, right: x + width, bottom: y + height };
      info.dwFlags = device === "DISPLAY1" ? 1 : 0;
      info.szDevice = pathOf(device);
      return 1;
    },
    enumDisplayDevices: (device, index, result) => {
      const name = device === null ? devices[index] : index === 0 ? "Generic PnP Monitor" : undefined;
      if (name === undefined) return 0;
      if (device === null) result.DeviceName = pathOf(name);
      else result.DeviceString = name;
      return 1;
    },
    getDpiForMonitor: (handle, _kind, dpiX) => {
      dpiX[0] = screens.find((one) => one.handle === handle)?.dpi ?? 96;
      return 0;
    },
  });
  const virtualScreen = { x: -1920, y: -300, width: 4920, height: 3540 };

  test("what Chromium counts as display devices are the monitors", () => {
    expect(monitors.map(({ monitorId, captureId, scale }) => [monitorId, captureId, scale])).toEqual([
      ["DISPLAY1", 0, 1],
      ["DISPLAY5", 4, 1.5],
      ["DISPLAY2", 1, 2],
      ["DISPLAY6", 5, 1.25],
    ]);
    expect(monitors[2]?.name).toBe("DISPLAY2 (Generic PnP Monitor)");
    expect([0, 1, 4, 5].map((captureId) => shownBy(monitors, { captureId }).monitorId)).toEqual([
      "DISPLAY1",
      "DISPLAY2",
      "DISPLAY5",
      "DISPLAY6",
    ]);
    // A device without a monitor, and all monitors at once.
    expect(shownBy(monitors, { captureId: 3 }).monitorId).toBe("DISPLAY1");
    expect(shownBy(monitors, { captureId: -1 }).monitorId).toBe("DISPLAY1");
  });

  test.each([0, 1, 4, 5])("every place on the monitor of device %d is met", (captureId) => {
    const monitor = shownBy(monitors, { captureId });
    for (const place of places) {
      const { dx, dy } = moveInput(pixelAt(monitor, place), virtualScreen);
      const onMonitor = pixelOn(monitor, place);
      expect({
        x: Math.floor((dx * virtualScreen.width) / 65_536) + virtualScreen.x - monitor.x,
        y: Math.floor((dy * virtualScreen.height) / 65_536) + virtualScreen.y - monitor.y,
      }).toEqual(onMonitor);
    }
  });
});

describe("X11", () => {
  /** An XRRMonitorInfo. X has no negative places: what is left of the primary monitor moves that to the right. */
  const info = (atom: number, isPrimary: boolean, [x, y, width, height]: readonly number[]) => {
    const memory = Buffer.alloc(56);
    memory.writeBigUInt64LE(BigInt(atom), 0);
    memory.writeInt32LE(isPrimary ? 1 : 0, 8);
    for (const [index, value] of [x, y, width, height].entries()) {
      memory.writeInt32LE(value ?? 0, 20 + 4 * index);
    }
    return memory;
  };
  const names = new Map([
    [238, "DP-1"],
    [239, "DP-2"],
    [240, "HDMI-1"],
    [241, "DVI-1"],
  ]);
  const read = (scale: number, ...infos: Buffer[]) =>
    parseMonitors(Buffer.concat(infos), scale, (atom) => names.get(atom) ?? "");
  const pair = [info(239, true, [1920, 420, 1920, 1080]), info(238, false, [0, 0, 1920, 1080])];
  const turned = info(240, false, [3840, 0, 1080, 1920]);
  const off = info(241, false, [0, 0, 0, 0]);

  test.each([1, 1.25, 1.5, 2])("what Chromium has as atoms are the monitors, at a scale of %d", (scale) => {
    const monitors = read(scale, ...pair, turned, off);
    expect(monitors.map(({ monitorId }) => monitorId)).toEqual(["DP-2", "DP-1", "HDMI-1"]);
    for (const [atom, name] of [...names].slice(0, 3)) {
      const monitor = shownBy(monitors, { captureId: atom });
      expect(monitor).toMatchObject({ monitorId: name, scale });
      // Firefox has the name instead.
      expect(shownBy(monitors, { name })).toBe(monitor);
      for (const place of places) {
        const { x, y } = pixelAt(monitor, place);
        expect({ x: x - monitor.x, y: y - monitor.y }).toEqual(pixelOn(monitor, place));
      }
    }
    // One that is switched off, and a server without RandR.
    expect(shownBy(monitors, { captureId: 241 }).monitorId).toBe("DP-2");
    expect(shownBy(monitors, { captureId: 0 }).monitorId).toBe("DP-2");
  });
});

describe("macOS", () => {
  const display = (
    displayId: number,
    scale: number,
    [x = 0, y = 0, width = 0, height = 0]: number[],
  ): Display => ({
    displayId,
    name: `Display ${displayId}`,
    bounds: { x, y, width, height },
    scale,
    isMain: displayId === 1,
  });

  test.each([
    ["Retina, and two plain ones of one size, one of them to its left", [2, 1, 1, 1]],
    ["all plain", [1, 1, 1, 1]],
    ["all Retina", [2, 2, 2, 2]],
    ["scales in between", [2, 1.5, 1.25, 1]],
    ["none of them whole", [1.5, 1.25, 1.75, 1.5]],
  ])("%s", (_what, [main = 1, left = 1, right = 1, turned = 1]) => {
    const displays = [
      display(1, main, [0, 0, 1512, 982]),
      display(69_734_272, left, [-1920, -101, 1920, 1080]),
      display(3, right, [1512, 0, 1920, 1080]),
      display(4, turned, [-3000, -400, 1080, 1920]),
    ];
    const monitors = pixelMonitors(displays);
    for (const { displayId, bounds, scale } of displays) {
      const monitor = shownBy(monitors, { captureId: displayId });
      expect(monitor.monitorId).toBe(String(displayId));
      for (const place of places) {
        const pixel = pixelAt(monitor, place);
        const point = pointOfPixel(pixel, displays);
        // Core Graphics places it on that display, where the middle of the pixel is.
        const onMonitor = pixelOn(monitor, place);
        expect((point.x - bounds.x) * scale).toBeCloseTo(onMonitor.x + 0.5, 0);
        expect((point.y - bounds.y) * scale).toBeCloseTo(onMonitor.y + 0.5, 0);
        expect(pixelOfPoint(point, displays)).toEqual(pixel);
      }
    }
    expect(shownBy(monitors, { captureId: 2 }).monitorId).toBe("1");
  });
});
