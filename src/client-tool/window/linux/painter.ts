import type { Pointer, Xid } from "../../machine/linux/x11/xlib";
import { type Box, colour, type PanelPainter, type TextStyle } from "../panel";
import type { ToolLanguage } from "../tool-window";
import { type Cairo, loadCairo, loadPango, type Pango } from "./drawing-libraries";

/** Pango's units in a pixel. */
const PANGO_SCALE = 1024;
const WRAP_WORD_CHAR = 2;
const ALIGN_CENTRE = 1;
/** Japanese lines need air. */
const LINE_SPACING = { ja: 1.35, en: 1.25 } as const;
const QUARTER = Math.PI / 2;

/** Draws on a window. Lengths are pixels at 100 %; the desktop's scale is put on top. */
export class Painter implements PanelPainter {
  readonly #cairo: Cairo;
  readonly #pango: Pango;
  readonly #surface: Pointer;
  readonly #context: Pointer;
  readonly #scale: number;
  readonly #language: ToolLanguage;
  #closed = false;

  /** @throws MachineError when Cairo or Pango is not installed */
  constructor(
    target: { display: Pointer; window: Xid; visual: Pointer },
    scale: number,
    language: ToolLanguage,
  ) {
    this.#cairo = loadCairo();
    this.#pango = loadPango();
    this.#scale = scale;
    this.#language = language;
    this.#surface = this.#cairo.xlibSurface(target.display, target.window, target.visual, 1, 1);
    this.#context = this.#cairo.create(this.#surface);
  }

  resize(width: number, height: number): void {
    this.#cairo.resizeXlibSurface(this.#surface, this.#pixels(width), this.#pixels(height));
  }

  /** Everything that `draw` draws appears at once, on a clean ground. */
  frame(draw: () => void): void {
    this.#cairo.pushGroup(this.#context);
    this.#setColour(colour.ground);
    this.#cairo.paint(this.#context);
    draw();
    this.#cairo.popGroup(this.#context);
    this.#cairo.paint(this.#context);
    this.#cairo.flushSurface(this.#surface);
  }

  /** How large a text becomes, broken into lines of at most this width. */
  measure(text: string, style: TextStyle, width: number): { width: number; height: number } {
    return this.#withLayout(text, style, width, (layout) => {
      const [textWidth, height] = [new Int32Array(1), new Int32Array(1)];
      this.#pango.pixelSize(layout, textWidth, height);
      return {
        width: Math.ceil((textWidth[0] ?? 0) / this.#scale),
        height: Math.ceil((height[0] ?? 0) / this.#scale),
      };
    });
  }

  text(text: string, style: TextStyle, { x, y, width }: Omit<Box, "height">): void {
    this.#withLayout(text, style, width, (layout) => {
      this.#setColour(style.colour);
      this.#cairo.moveTo(this.#context, x * this.#scale, y * this.#scale);
      this.#pango.showLayout(this.#context, layout);
    });
  }

  fill(box: Box, radius: number, fill: number): void {
    this.#outline(box, radius);
    this.#setColour(fill);
    this.#cairo.fill(this.#context);
  }

  stroke(box: Box, radius: number, line: number, width: number): void {
    // A line lies on both sides of its path: half its width inwards, it stays within the box.
    const inset = width / 2;
    const { x, y } = box;
    const inner = {
      x: x + inset,
      y: y + inset,
      width: box.width - width,
      height: box.height - width,
    };
    this.#outline(inner, radius - inset);
    this.#setColour(line);
    this.#cairo.setLineWidth(this.#context, width * this.#scale);
    this.#cairo.stroke(this.#context);
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cairo.destroy(this.#context);
    this.#cairo.destroySurface(this.#surface);
  }

  #withLayout<T>(text: string, style: TextStyle, width: number, use: (layout: Pointer) => T): T {
    const pango = this.#pango;
    const layout = pango.createLayout(this.#context);
    // Which shapes the characters that China and Japan share have is up to the language.
    pango.setLanguage(pango.layoutContext(layout), pango.language(this.#language));
    const font = pango.fontFrom(style.isBold ? "sans-serif bold" : "sans-serif");
    pango.setFontSize(font, style.size * this.#scale * PANGO_SCALE);
    pango.setFont(layout, font);
    pango.setLineSpacing?.(layout, LINE_SPACING[this.#language]);
    pango.setWidth(layout, Math.round(width * this.#scale * PANGO_SCALE));
    pango.setWrap(layout, WRAP_WORD_CHAR);
    if (style.isCentred) pango.setAlignment(layout, ALIGN_CENTRE);
    pango.setText(layout, text, -1);
    try {
      return use(layout);
    } finally {
      pango.freeFont(font);
      pango.unref(layout);
    }
  }

  #outline({ x, y, width, height }: Box, radius: number): void {
    const cairo = this.#cairo;
    const context = this.#context;
    const [left, top, right, bottom] = [x, y, x + width, y + height].map((at) => at * this.#scale);
    if (left === undefined || top === undefined || right === undefined || bottom === undefined) return;
    const r = radius * this.#scale;
    cairo.newPath(context);
    cairo.arc(context, right - r, top + r, r, -QUARTER, 0);
    cairo.arc(context, right - r, bottom - r, r, 0, QUARTER);
    cairo.arc(context, left + r, bottom - r, r, QUARTER, 2 * QUARTER);
    cairo.arc(context, left + r, top + r, r, 2 * QUARTER, 3 * QUARTER);
    cairo.closePath(context);
  }

  #setColour(rgb: number): void {
    const [red, green, blue] = [(rgb >> 16) & 0xff, (rgb >> 8) & 0xff, rgb & 0xff];
    this.#cairo.setColour(this.#context, red / 255, green / 255, blue / 255);
  }

  #pixels(length: number): number {
    return Math.max(1, Math.round(length * this.#scale));
  }
}
