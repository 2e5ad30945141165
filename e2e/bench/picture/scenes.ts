import { MARK } from "./frame-number";

/** What happens on the shared screen. */
export const sceneNames = ["scroll", "typing", "drag", "video"] as const;
export type SceneName = (typeof sceneNames)[number];

/** The shared page's size, and the part of it that is compared: there it is full of text, or of what moves. */
export const SCREEN = { width: 1280, height: 720 } as const;
export const COMPARED = { left: 320, top: 120, width: 640, height: 480 } as const;

export const FRAMES_PER_SECOND = 30;
/** A quick turn of the wheel. */
const SCROLL_PIXELS_PER_FRAME = 10;
const SCROLL_TURNS_AT_FRAME = 60;
/** About 450 characters a minute, a quick typist. */
const FRAMES_PER_CHARACTER = 4;
const MOVIE = { width: 280, height: 200 } as const;

const words =
  "order invoice customer settings printer account update window address network password button error message delivery screen please select the and of to in is number file 設定 画面 印刷 更新 確認 送信 受付 番号 一覧 次へ".split(
    " ",
  );

/** The same numbers each time: every run shows the same screen. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function textOf(lines: number, seed: number, wordsPerLine: number): string {
  const next = numbersFrom(seed);
  return Array.from({ length: lines }, (_, line) => {
    const chosen = Array.from({ length: wordsPerLine }, () => words[Math.floor(next() * words.length)]);
    return `${line + 1} ${chosen.join(" ")}`;
  }).join("\n");
}

function element(name: string, style: string, parent: HTMLElement): HTMLElement {
  const made = document.createElement(name);
  made.style.cssText = `position:absolute;${style}`;
  parent.append(made);
  return made;
}

/**
 * The shared page: each frame of each scene is a function of its number, so that it can be drawn again to compare with. On a
 * bigger screen there is more of the same small text, and what moves is bigger.
 */
class SharedPage {
  readonly #marks: readonly HTMLElement[];
  readonly #page: HTMLElement;
  readonly #field: HTMLElement;
  readonly #window: HTMLElement;
  readonly #movie: HTMLCanvasElement;
  readonly #typed = textOf(40, 7, 8);

  readonly #scale: number;

  constructor(width: number = SCREEN.width) {
    const scale = width / SCREEN.width;
    this.#scale = scale;
    const box = (left: number, top: number, w: number, h: number) =>
      `left:${left * scale}px;top:${top * scale}px;width:${w * scale}px;height:${h * scale}px`;
    document.body.style.cssText = `margin:0;width:${width}px;height:${SCREEN.height * scale}px;overflow:hidden;background:#fff;color:#1b1f2a;font:12px/16px "Noto Sans","DejaVu Sans","Noto Sans CJK JP",sans-serif`;
    this.#page = element("div", `left:20px;top:24px;width:${width - 40}px;white-space:pre`, document.body);
    this.#page.textContent = textOf(200, 1, Math.round(26 * scale));
    this.#field = element(
      "div",
      `${box(340, 140, 600, 440)};border:1px solid #33458c;background:#fff;white-space:pre-wrap;overflow:hidden`,
      document.body,
    );
    this.#window = element(
      "div",
      `${box(0, 0, 420, 300)};border:1px solid #1b1f2a;background:#f4f5fa;white-space:pre;overflow:hidden`,
      document.body,
    );
    const title = element(
      "div",
      `left:0;top:0;width:${420 * scale}px;height:24px;background:#33458c;color:#fff`,
      this.#window,
    );
    title.textContent = "Settings";
    element("div", "left:8px;top:30px", this.#window).textContent = textOf(
      Math.round(16 * scale),
      3,
      Math.round(8 * scale),
    );
    const movie = element("canvas", box(340, 140, 560, 400), document.body);
    if (!(movie instanceof HTMLCanvasElement)) throw new Error("No canvas here.");
    this.#movie = Object.assign(movie, MOVIE);
    const bar = element(
      "div",
      `left:0;top:0;width:${width}px;height:${MARK.size}px;background:#fff`,
      document.body,
    );
    this.#marks = Array.from({ length: MARK.bits }, (_, bit) =>
      element("div", `left:${bit * MARK.size}px;top:0;width:${MARK.size}px;height:${MARK.size}px`, bar),
    );
  }

  draw(scene: SceneName, frame: number): void {
    this.#marks.forEach((mark, bit) => {
      mark.style.background = (frame >> (MARK.bits - 1 - bit)) & 1 ? "#fff" : "#000";
    });
    for (const [name, part] of [
      ["typing", this.#field],
      ["drag", this.#window],
      ["video", this.#movie],
    ] as const) {
      part.style.display = name === scene ? "block" : "none";
    }
    const phase = frame % (2 * SCROLL_TURNS_AT_FRAME);
    const scrolled = scene === "scroll" ? Math.min(phase, 2 * SCROLL_TURNS_AT_FRAME - phase) : 0;
    this.#page.style.top = `${24 - scrolled * SCROLL_PIXELS_PER_FRAME}px`;
    if (scene === "typing") {
      this.#field.textContent = `${this.#typed.slice(0, 200 + Math.floor(frame / FRAMES_PER_CHARACTER))}▏`;
    }
    if (scene === "drag") {
      const x = Math.round((430 + 110 * Math.sin(frame / 9)) * this.#scale);
      const y = Math.round((210 + 80 * Math.sin(frame / 6)) * this.#scale);
      this.#window.style.transform = `translate(${x}px, ${y}px)`;
    }
    if (scene === "video") this.#drawMovie(frame);
  }

  /** Like filmed: soft moving shapes under a little grain, different in every frame. */
  #drawMovie(frame: number): void {
    const context = this.#movie.getContext("2d");
    if (!context) throw new Error("No canvas here.");
    const { width, height } = MOVIE;
    const image = context.createImageData(width, height);
    const grain = numbersFrom(frame + 1);
    for (let y = 0, at = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1, at += 4) {
        const wave = Math.sin((x + frame * 3) / 23) + Math.sin((y - frame * 2) / 17) + Math.sin((x + y) / 31);
        const light = 128 + wave * 36 + (grain() - 0.5) * 10;
        image.data[at] = light + 20;
        image.data[at + 1] = light;
        image.data[at + 2] = 255 - light;
        image.data[at + 3] = 255;
      }
    }
    context.putImageData(image, 0, 0);
  }
}

let page: SharedPage | null = null;
let timer: ReturnType<typeof setInterval> | undefined;

function sharedPage(): SharedPage {
  page ??= new SharedPage();
  return page;
}

const inPage = {
  /** Fills a screen of this width, of the same shape as {@link SCREEN}, instead of that. */
  fill(width: number): void {
    document.body.replaceChildren();
    page = new SharedPage(width);
  },

  draw(scene: SceneName, frame: number): void {
    sharedPage().draw(scene, frame);
  },

  /**
   * Plays a scene from its first frame.
   *
   * @param frames null: until the next call
   * @returns when the last frame was drawn, in ms since 1970; at once without an end
   */
  play(scene: SceneName, frames: number | null): Promise<number> {
    clearInterval(timer);
    const startedAt = performance.now();
    let drawn = -1;
    return new Promise((resolve) => {
      const step = () => {
        const due = Math.floor(((performance.now() - startedAt) / 1000) * FRAMES_PER_SECOND);
        const frame = frames === null ? due : Math.min(due, frames - 1);
        if (frame === drawn) return;
        drawn = frame;
        sharedPage().draw(scene, frame);
        if (frames !== null && frame === frames - 1) {
          clearInterval(timer);
          resolve(performance.timeOrigin + performance.now());
        }
      };
      timer = setInterval(step, 1000 / FRAMES_PER_SECOND / 2);
      step();
      if (frames === null) resolve(performance.timeOrigin + startedAt);
    });
  },

  stop(): void {
    clearInterval(timer);
  },
};

declare global {
  var sharedScene: typeof inPage;
}
globalThis.sharedScene = inPage;
