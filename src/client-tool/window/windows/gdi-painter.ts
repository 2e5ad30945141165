import type { Handle, Rect } from "../../machine/windows/win32";
import { type Box, colour, type PanelButton, type TextStyle } from "../panel";
import type { ToolLanguage } from "../tool-window";
import type { Win32Windows } from "./win32-windows";

/** Windows' own faces for its windows; others are found for what they lack. */
const FACES: Record<ToolLanguage, string> = { ja: "Yu Gothic UI", en: "Segoe UI" };
const [NORMAL, SEMIBOLD] = [400, 600];
const DEFAULT_CHARSET = 1;
const CLEARTYPE = 5;

/** DrawText's formats. */
const [CENTRE, MIDDLE, WORD_BREAK, SINGLE_LINE, CALCULATE, NO_PREFIX, AS_EDIT_CONTROL] = [
  0x1, 0x4, 0x10, 0x20, 0x400, 0x800, 0x2000,
] as const;
const TRANSPARENT = 1;
const SOLID = 0;

const RADIUS = 10;
const RING_WIDTH = 2;

/** What a text is broken into lines by, both when it is measured and when it is drawn. */
const PARAGRAPH = WORD_BREAK | NO_PREFIX | AS_EDIT_CONTROL;

/** Fonts, brushes and the drawing of buttons, for one scaling. Lengths handed in are pixels at 100 %. */
export class GdiPainter {
  readonly #win32: Win32Windows;
  readonly #scale: number;
  readonly #language: ToolLanguage;
  readonly #fonts = new Map<string, Handle>();
  /** For WM_CTLCOLORSTATIC, which wants one that stays. */
  readonly ground: Handle;

  constructor(win32: Win32Windows, scale: number, language: ToolLanguage) {
    this.#win32 = win32;
    this.#scale = scale;
    this.#language = language;
    this.ground = win32.createBrush(colorRef(colour.ground));
  }

  measure(text: string, style: TextStyle, width: number): { width: number; height: number } {
    const context = this.#win32.getContext(null);
    const before = this.#win32.selectObject(context, this.font(style));
    const rect: Rect = { left: 0, top: 0, right: this.pixels(width), bottom: 0 };
    this.#win32.drawText(context, text, -1, rect, PARAGRAPH | CALCULATE);
    this.#win32.selectObject(context, before);
    this.#win32.releaseContext(null, context);
    return { width: Math.ceil(rect.right / this.#scale), height: Math.ceil(rect.bottom / this.#scale) };
  }

  /** Kept until the painter is closed. */
  font({ size, isBold }: TextStyle): Handle {
    const key = `${size} ${isBold}`;
    const font =
      this.#fonts.get(key) ??
      this.#win32.createFont(
        -this.pixels(size),
        0,
        0,
        0,
        isBold ? SEMIBOLD : NORMAL,
        0,
        0,
        0,
        DEFAULT_CHARSET,
        0,
        0,
        CLEARTYPE,
        0,
        FACES[this.#language],
      );
    this.#fonts.set(key, font);
    return font;
  }

  /** Sets up the drawing of a text, as WM_CTLCOLORSTATIC asks for it. @returns the brush behind it */
  prepareText(context: Handle, { colour: ink }: TextStyle): Handle {
    this.#win32.setTextColour(context, colorRef(ink));
    this.#win32.setBackColour(context, colorRef(colour.ground));
    return this.ground;
  }

  button(
    context: Handle,
    rect: Rect,
    { label, look }: PanelButton,
    state: { size: number; isPressed: boolean; hasFocus: boolean },
  ): void {
    const win32 = this.#win32;
    win32.fillRect(context, rect, this.ground);
    const { fill, line, ink, ring } = coloursOf(look, state.isPressed);
    this.#roundRect(context, rect, { fill, line, lineWidth: 1, inset: 0 });
    if (state.hasFocus) {
      this.#roundRect(context, rect, {
        fill,
        line: ring,
        lineWidth: this.pixels(RING_WIDTH),
        inset: this.pixels(3),
      });
    }
    const style: TextStyle = { size: state.size, isBold: true, colour: ink };
    const before = win32.selectObject(context, this.font(style));
    win32.setTextColour(context, colorRef(ink));
    win32.setBackMode(context, TRANSPARENT);
    win32.drawText(context, label, -1, { ...rect }, CENTRE | MIDDLE | SINGLE_LINE | NO_PREFIX);
    win32.selectObject(context, before);
  }

  box({ x, y, width, height }: Box): Box {
    return { x: this.pixels(x), y: this.pixels(y), width: this.pixels(width), height: this.pixels(height) };
  }

  pixels(length: number): number {
    return Math.round(length * this.#scale);
  }

  close(): void {
    for (const font of this.#fonts.values()) this.#win32.deleteObject(font);
    this.#fonts.clear();
    this.#win32.deleteObject(this.ground);
  }

  #roundRect(
    context: Handle,
    { left, top, right, bottom }: Rect,
    look: { fill: number; line: number; lineWidth: number; inset: number },
  ): void {
    const win32 = this.#win32;
    const brush = win32.createBrush(colorRef(look.fill));
    const pen = win32.createPen(SOLID, look.lineWidth, colorRef(look.line));
    const [brushBefore, penBefore] = [win32.selectObject(context, brush), win32.selectObject(context, pen)];
    const { inset } = look;
    const diameter = Math.max(2 * (this.pixels(RADIUS) - inset), 0);
    win32.roundRect(context, left + inset, top + inset, right - inset, bottom - inset, diameter, diameter);
    win32.selectObject(context, brushBefore);
    win32.selectObject(context, penBefore);
    win32.deleteObject(brush);
    win32.deleteObject(pen);
  }
}

function coloursOf(
  look: PanelButton["look"],
  isPressed: boolean,
): { fill: number; line: number; ink: number; ring: number } {
  switch (look) {
    case "primary": {
      const fill = isPressed ? colour.accentPressed : colour.accent;
      return { fill, line: fill, ink: colour.ground, ring: colour.ground };
    }
    case "stop": {
      const fill = isPressed ? colour.stopPressed : colour.stop;
      return { fill, line: fill, ink: colour.ground, ring: colour.ground };
    }
    case "plain":
      return {
        fill: isPressed ? colour.plainPressed : colour.ground,
        line: colour.hairline,
        ink: colour.ink,
        ring: colour.accent,
      };
  }
}

/** GDI has blue first. */
export function colorRef(rgb: number): number {
  return ((rgb & 0xff) << 16) | (rgb & 0xff00) | ((rgb >> 16) & 0xff);
}
