import type { Locator } from "@playwright/test";

/** A picture's place in the window, in CSS pixels. */
export interface PictureBox {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The part of a <video> with `object-fit: contain` that the picture itself fills; worked out here, apart from the product's own code. */
export async function pictureBox(video: Locator): Promise<PictureBox> {
  return await video.evaluate((element: HTMLVideoElement) => {
    const box = element.getBoundingClientRect();
    const scale = Math.min(box.width / element.videoWidth, box.height / element.videoHeight);
    const width = element.videoWidth * scale;
    const height = element.videoHeight * scale;
    return {
      left: box.left + (box.width - width) / 2,
      top: box.top + (box.height - height) / 2,
      width,
      height,
    };
  });
}

/** The colour of a video's present frame at a fraction of its size. */
export async function pixelAt(video: Locator, x: number, y: number): Promise<[number, number, number]> {
  return await video.evaluate(
    (element: HTMLVideoElement, at): [number, number, number] => {
      const canvas = document.createElement("canvas");
      canvas.width = element.videoWidth;
      canvas.height = element.videoHeight;
      const context = canvas.getContext("2d");
      if (!context) throw new Error("No canvas here.");
      context.drawImage(element, 0, 0);
      const { data } = context.getImageData(
        Math.floor(at.x * canvas.width),
        Math.floor(at.y * canvas.height),
        1,
        1,
      );
      return [data[0] ?? 0, data[1] ?? 0, data[2] ?? 0];
    },
    { x, y },
  );
}
