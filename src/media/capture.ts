import { DEFAULT_PICTURE_MODE } from "@/protocol/picture-mode";
import type { VideoSource } from "@/protocol/signalling";
import { type SharedSurface, surfaceOf } from "./capture-surface";
import { pictureParameters } from "./picture-quality";

/** What came of asking the browser for a picture to share. */
export type CaptureOutcome =
  | { readonly kind: "captured"; readonly stream: MediaStream; readonly source: VideoSource }
  /** The person closed the picker, or said no. */
  | { readonly kind: "cancelled" }
  /** The operating system does not let this browser record the screen (macOS asks for it in its settings). */
  | { readonly kind: "refused_by_system" }
  | { readonly kind: "failed" };

const MAX_FRAMERATE = 30;

/** What this browser can share: phones have no getDisplayMedia, and without HTTPS there is neither. */
export function captureAbility(): "screen" | "camera" | "none" {
  // The standard library says that both are always there; on phones and without HTTPS they are not.
  const devices: Partial<MediaDevices> | undefined = navigator.mediaDevices;
  if (typeof devices?.getDisplayMedia === "function") return "screen";
  if (typeof devices?.getUserMedia === "function") return "camera";
  return "none";
}

/** What a captured screen shows: all of a monitor, a window, or a tab (W3C screen-capture, DisplayCaptureSurfaceType). */
export type CapturedSurface = "monitor" | "window" | "browser";

/** @returns null when the browser does not tell, or it is a camera */
export function capturedSurface(stream: MediaStream): CapturedSurface | null {
  const [track] = stream.getVideoTracks();
  const kind = track && surfaceOfTrack(track).kind;
  return kind === undefined || kind === "unknown" ? null : kind;
}

/** @param track of a captured screen */
export function surfaceOfTrack(track: MediaStreamTrack): SharedSurface {
  return surfaceOf({ label: track.label, displaySurface: track.getSettings().displaySurface });
}

/**
 * Opens the browser's picker. Must be called straight from a click (W3C screen-capture asks for transient activation).
 *
 * @param prefers what the picker shows first; the choice stays the person's
 */
export async function captureScreen(prefers?: CapturedSurface): Promise<CaptureOutcome> {
  return await capture("screen", () =>
    navigator.mediaDevices.getDisplayMedia({
      video: {
        frameRate: { max: MAX_FRAMERATE },
        ...(prefers && { displaySurface: prefers }),
      },
      audio: false,
      // Hints for the picker; browsers that do not know them ignore them.
      ...{ monitorTypeSurfaces: "include", surfaceSwitching: "include", selfBrowserSurface: "exclude" },
    }),
  );
}

/** The camera at the back, where there is one: it is meant for showing a device, not a face. */
export async function captureCamera(): Promise<CaptureOutcome> {
  return await capture("camera", () =>
    navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1280 }, frameRate: { max: MAX_FRAMERATE } },
      audio: false,
    }),
  );
}

async function capture(source: VideoSource, ask: () => Promise<MediaStream>): Promise<CaptureOutcome> {
  try {
    const stream = await ask();
    const [track] = stream.getVideoTracks();
    if (!track) return { kind: "failed" };
    track.contentHint = pictureParameters(DEFAULT_PICTURE_MODE, source).contentHint;
    return { kind: "captured", stream, source };
  } catch (error) {
    return { kind: outcomeOf(error) };
  }
}

/** The exceptions of W3C screen-capture and mediacapture-streams, section "getDisplayMedia" and "getUserMedia". */
function outcomeOf(error: unknown): "cancelled" | "refused_by_system" | "failed" {
  if (!(error instanceof DOMException)) return "failed";
  if (error.name === "NotAllowedError") {
    return /system/i.test(error.message) ? "refused_by_system" : "cancelled";
  }
  if (error.name === "AbortError") return "cancelled";
  // Chromium reports a capture that the system blocks as a source that cannot be started.
  return error.name === "NotReadableError" ? "refused_by_system" : "failed";
}
