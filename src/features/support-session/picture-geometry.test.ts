import { describe, expect, test } from "vitest";
import {
  actualSize,
  containedRectangle,
  measureVideo,
  nearestPointOnPicture,
  placeOnPage,
  pointOnPicture,
  type Rectangle,
  type Size,
} from "./picture-geometry";

const windows: Rectangle[] = [
  { left: 0, top: 96, width: 960, height: 444 },
  { left: 0, top: 96, width: 1920, height: 984 },
  { left: 13.5, top: 101.25, width: 377.3, height: 611.7 },
  { left: -240, top: -1312.5, width: 2560, height: 1440 },
];
const pictures: Size[] = [
  { width: 1920, height: 1080 },
  { width: 1280, height: 1024 },
  { width: 1081, height: 2339 },
  { width: 3840, height: 1080 },
];
const places = [0, 0.001, 0.25, 0.5, 0.7321, 0.999, 1];

describe("containedRectangle", () => {
  test("a wide box leaves bars left and right", () => {
    const box = { left: 10, top: 20, width: 2000, height: 900 };
    expect(containedRectangle(box, { width: 1600, height: 900 })).toEqual({
      left: 210,
      top: 20,
      width: 1600,
      height: 900,
    });
  });

  test("a tall box leaves bars above and below", () => {
    const box = { left: 0, top: 0, width: 400, height: 800 };
    expect(containedRectangle(box, { width: 1600, height: 800 })).toEqual({
      left: 0,
      top: 300,
      width: 400,
      height: 200,
    });
  });

  test("has no rectangle before the first frame and in a folded box", () => {
    expect(
      containedRectangle({ left: 0, top: 0, width: 10, height: 10 }, { width: 0, height: 0 }),
    ).toBeNull();
    expect(containedRectangle({ left: 0, top: 0, width: 0, height: 10 }, { width: 4, height: 3 })).toBeNull();
  });

  test("touches two opposite edges of its box and keeps the picture's ratio, in every window", () => {
    for (const box of windows) {
      for (const picture of pictures) {
        const content = containedRectangle(box, picture);
        if (!content) throw new Error("expected a rectangle");
        expect(content.width / content.height).toBeCloseTo(picture.width / picture.height, 9);
        const fillsWidth = Math.abs(content.width - box.width) < 1e-9;
        const fillsHeight = Math.abs(content.height - box.height) < 1e-9;
        expect(fillsWidth || fillsHeight).toBe(true);
        expect(content.left - box.left).toBeCloseTo(box.left + box.width - (content.left + content.width), 9);
      }
    }
  });
});

describe("place on the page and point on the picture", () => {
  test("are each other's inverse", () => {
    for (const box of windows) {
      for (const picture of pictures) {
        const content = containedRectangle(box, picture);
        if (!content) throw new Error("expected a rectangle");
        for (const x of places) {
          for (const y of places) {
            const back = nearestPointOnPicture(placeOnPage({ x, y }, content), content);
            expect(back?.x).toBeCloseTo(x, 9);
            expect(back?.y).toBeCloseTo(y, 9);
          }
        }
      }
    }
  });

  test("a mouse that knows whole pixels only is off by less than 2 of 1000", () => {
    for (const box of windows) {
      for (const picture of pictures) {
        const content = containedRectangle(box, picture);
        // A picture narrower than 250 pixels has no place for such exactness, whatever the arithmetic.
        if (!content || content.width < 250 || content.height < 250) continue;
        const exact = placeOnPage({ x: 0.4242, y: 0.1717 }, content);
        const point = pointOnPicture(
          { clientX: Math.round(exact.clientX), clientY: Math.round(exact.clientY) },
          content,
        );
        expect(Math.abs((point?.x ?? 9) - 0.4242)).toBeLessThan(0.002);
        expect(Math.abs((point?.y ?? 9) - 0.1717)).toBeLessThan(0.002);
      }
    }
  });

  test("the bars beside the picture are not the picture, its edges are", () => {
    const content = { left: 100, top: 50, width: 800, height: 400 };
    expect(pointOnPicture({ clientX: 99.9, clientY: 200 }, content)).toBeNull();
    expect(pointOnPicture({ clientX: 500, clientY: 450.1 }, content)).toBeNull();
    expect(pointOnPicture({ clientX: 100, clientY: 50 }, content)).toEqual({ x: 0, y: 0 });
    expect(pointOnPicture({ clientX: 900, clientY: 450 }, content)).toEqual({ x: 1, y: 1 });
  });

  test("a stroke that slips off the picture goes on along its edge", () => {
    const content = { left: 100, top: 50, width: 800, height: 400 };
    expect(nearestPointOnPicture({ clientX: 2000, clientY: 250 }, content)).toEqual({ x: 1, y: 0.5 });
    expect(nearestPointOnPicture({ clientX: 300, clientY: -5 }, content)).toEqual({ x: 0.25, y: 0 });
  });
});

describe("actualSize", () => {
  test("puts one picture pixel on one device pixel", () => {
    expect(actualSize({ width: 1920, height: 1080 }, 1.5)).toEqual({ width: 1280, height: 720 });
    expect(actualSize({ width: 1920, height: 1080 }, 1)).toEqual({ width: 1920, height: 1080 });
  });
});

describe("measureVideo", () => {
  test("a scrolled 100 % view points at what is under the mouse", () => {
    // The video is 1920 × 1080 in a scroller that has been scrolled by 640, 200 and starts at 0, 96.
    const video = {
      videoWidth: 1920,
      videoHeight: 1080,
      getBoundingClientRect: () => new DOMRectStub(-640, 96 - 200, 1920, 1080),
    };
    const content = measureVideo(video);
    if (!content) throw new Error("expected a rectangle");
    const point = pointOnPicture({ clientX: 320, clientY: 436 }, content);
    expect(point?.x).toBeCloseTo(0.5, 9);
    expect(point?.y).toBeCloseTo(0.5, 9);
  });
});

/** What `getBoundingClientRect` gives, for a test that runs without a browser. */
class DOMRectStub implements DOMRect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;

  constructor(x: number, y: number, width: number, height: number) {
    this.x = x;
    this.y = y;
    this.width = width;
    this.height = height;
  }
  get left(): number {
    return this.x;
  }
  get top(): number {
    return this.y;
  }
  get right(): number {
    return this.x + this.width;
  }
  get bottom(): number {
    return this.y + this.height;
  }
  toJSON(): unknown {
    return { x: this.x, y: this.y, width: this.width, height: this.height };
  }
}
