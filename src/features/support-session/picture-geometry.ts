import type { PicturePoint } from "@/media/session-state";

/**
 * Where the shared picture lies on this page, and how a place on the page becomes a place on the picture and back.
 *
 * All lengths are CSS pixels unless a name says otherwise. Nothing is rounded here: rounding to whole pixels would cost
 * more than the ± 2 of 1000 that pointing is allowed to be off in a small window.
 */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle in client coordinates, as `getBoundingClientRect` gives it (scrolling is already in it). */
export interface Rectangle extends Size {
  readonly left: number;
  readonly top: number;
}

/** A place in client coordinates, as a pointer event gives it. */
export interface ClientPoint {
  readonly clientX: number;
  readonly clientY: number;
}

/** How the operator looks at the picture: all of it, or one picture pixel on one pixel of the operator's own screen. */
export type ViewMode = "fit" | "actual";

/** Whether there is anything to measure: a video has no size before its first frame, a hidden element none at all. */
export function hasArea(size: Size): boolean {
  return size.width > 0 && size.height > 0;
}

/**
 * The part of an element's box that the picture covers under `object-fit: contain`, without the bars beside or above it.
 *
 * @param box the content box of the `<video>` in client coordinates
 * @param picture `videoWidth` and `videoHeight`; only their ratio matters
 * @returns null when either has no area
 */
export function containedRectangle(box: Rectangle, picture: Size): Rectangle | null {
  if (!hasArea(box) || !hasArea(picture)) return null;
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return {
    left: box.left + (box.width - width) / 2,
    top: box.top + (box.height - height) / 2,
    width,
    height,
  };
}

/**
 * The CSS size at which one picture pixel covers exactly one device pixel.
 *
 * @param picture in picture pixels
 * @param devicePixelRatio device pixels per CSS pixel; browser zoom is part of it
 */
export function actualSize(picture: Size, devicePixelRatio: number): Size {
  const ratio = devicePixelRatio > 0 ? devicePixelRatio : 1;
  return { width: picture.width / ratio, height: picture.height / ratio };
}

/**
 * The place on the picture under a place on the page.
 *
 * @param content where the picture lies, from `containedRectangle`
 * @returns null when the place is not on the picture (on a bar beside it, or outside)
 */
export function pointOnPicture(at: ClientPoint, content: Rectangle): PicturePoint | null {
  if (!hasArea(content)) return null;
  const x = (at.clientX - content.left) / content.width;
  const y = (at.clientY - content.top) / content.height;
  return x >= 0 && x <= 1 && y >= 0 && y <= 1 ? { x, y } : null;
}

/** The same, but a place outside gives the nearest place on the picture's edge: a stroke that slips off goes on along it. */
export function nearestPointOnPicture(at: ClientPoint, content: Rectangle): PicturePoint | null {
  if (!hasArea(content)) return null;
  return {
    x: clampToUnit((at.clientX - content.left) / content.width),
    y: clampToUnit((at.clientY - content.top) / content.height),
  };
}

/** The place on the page where a place on the picture is shown. */
export function placeOnPage(point: PicturePoint, content: Rectangle): ClientPoint {
  return {
    clientX: content.left + point.x * content.width,
    clientY: content.top + point.y * content.height,
  };
}

/** Where the picture of a `<video>` (styled `object-fit: contain`, no padding, no border) lies now; null before its first frame. */
export function measureVideo(
  video: Pick<HTMLVideoElement, "getBoundingClientRect" | "videoWidth" | "videoHeight">,
): Rectangle | null {
  return containedRectangle(video.getBoundingClientRect(), {
    width: video.videoWidth,
    height: video.videoHeight,
  });
}

function clampToUnit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
