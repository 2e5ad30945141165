import type { Locator } from "@playwright/test";

/** When a <video> showed its frames, in milliseconds since 1970, from the moment that this is made. */
export class FrameTimes {
  readonly #video: Locator;

  private constructor(video: Locator) {
    this.#video = video;
  }

  static async watch(video: Locator): Promise<FrameTimes> {
    await video.evaluate((element: HTMLVideoElement) => {
      const times: number[] = [];
      Object.assign(element, { madoguchiFrameTimes: times });
      const note = () => {
        times.push(performance.timeOrigin + performance.now());
        element.requestVideoFrameCallback(note);
      };
      element.requestVideoFrameCallback(note);
    });
    return new FrameTimes(video);
  }

  /** The first frame after a moment, or null as long as there is none. */
  async firstAfter(sinceMs: number): Promise<number | null> {
    return await this.#video.evaluate((element, since): number | null => {
      const times: unknown = Reflect.get(element, "madoguchiFrameTimes");
      if (!Array.isArray(times)) throw new Error("Nobody watches this video.");
      return times.find((time) => time > since) ?? null;
    }, sinceMs);
  }
}
