import type { SurfaceKind, SurfaceMessage } from "@/protocol/control";

/** What is shared, as far as the browser tells: without the frame that the protocol puts around it. */
export type SharedSurface = Omit<SurfaceMessage, "type">;

/** What a captured track says of itself. */
export interface TrackDescription {
  readonly label: string;
  /** `MediaTrackSettings.displaySurface`, where the browser has it. */
  readonly displaySurface?: string | undefined;
}

/**
 * Chromium's names: `screen:<monitor>:<native window>`, `window:<window>:<native window>`, and for tabs a scheme of its own, with
 * `current-` before it where a tab captures itself. With `:s` at the end the number is no monitor's, but that of a visit to the picker of
 * macOS (DesktopMediaID::ToString and desktop_capture_devices_util.cc in Chromium's source).
 */
const CHROMIUM_MONITOR = /^screen:(-?\d{1,15}):-?\d+$/;
const CHROMIUM_KINDS = [
  [/^screen:/, "monitor"],
  [/^window:/, "window"],
  [/^(current-)?web-contents-media-stream:/, "browser"],
] as const;
/** What Firefox calls a screen that is the only one (desktop_device_info.cc in its source). */
const FIREFOX_ONLY_SCREEN = "Primary Monitor";
/** What an X server calls a monitor (`HDMI-1`), which is also Firefox's name for one of several. Titles of windows are not passed on. */
const MONITOR_NAME = /^[\w.-]{1,64}$/;

/**
 * What is known of a captured screen. Chromium and Safari tell the kind; Firefox has no `displaySurface`, and a label that may as well be
 * a window's title. Which monitor it is Chromium tells on every system, Firefox where X11 is, Safari nowhere. The Window Management API
 * is of no help: it lists the monitors, asks the person another question for that, and does not say which of them is captured.
 */
export function surfaceOf({ label, displaySurface }: TrackDescription): SharedSurface {
  const kind = kindBySetting(displaySurface) ?? kindByLabel(label);
  if (kind === "window" || kind === "browser") return { kind, captureId: null, name: null };
  const captureId = CHROMIUM_MONITOR.exec(label)?.[1];
  return {
    kind,
    captureId: captureId === undefined ? null : Number(captureId),
    name: MONITOR_NAME.test(label) ? label : null,
  };
}

function kindBySetting(displaySurface: string | undefined): SurfaceKind | null {
  switch (displaySurface) {
    case "monitor":
    case "window":
    case "browser":
      return displaySurface;
    default:
      return null;
  }
}

function kindByLabel(label: string): SurfaceKind {
  if (label === FIREFOX_ONLY_SCREEN) return "monitor";
  return CHROMIUM_KINDS.find(([pattern]) => pattern.test(label))?.[1] ?? "unknown";
}
