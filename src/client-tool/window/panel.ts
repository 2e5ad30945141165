/** The colours of the web pages' tokens, as sRGB. */
export const colour = {
  ground: 0xfcfcf9,
  ink: 0x0e1217,
  muted: 0x52555b,
  hairline: 0xd9d7d4,
  accent: 0x2d54a0,
  accentPressed: 0x204690,
  stop: 0xd33318,
  stopPressed: 0xbe260b,
  plainPressed: 0xf1f0ed,
} as const;

export interface TextStyle {
  /** Pixels at 100 %. */
  size: number;
  isBold: boolean;
  colour: number;
  isCentred?: boolean;
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What a system draws a panel with. Lengths are pixels at 100 %. */
export interface PanelPainter {
  /** How large a text becomes, broken into lines of at most this width. */
  measure(text: string, style: TextStyle, width: number): { width: number; height: number };
  text(text: string, style: TextStyle, at: Omit<Box, "height">): void;
  fill(box: Box, radius: number, fill: number): void;
  stroke(box: Box, radius: number, line: number, width: number): void;
}

/** What the window shows at a time. */
export interface Panel {
  /** Large and in the middle of the screen, or a slip in the corner that stays in front. */
  place: "middle" | "corner";
  title: string;
  paragraphs: readonly { text: string; look: "question" | "details" }[];
  buttons: readonly PanelButton[];
  /**
   * Which button has the keyboard at first. `none`: a question comes up in front of somebody who may be typing into another program, and
   * a key that was meant for that must not answer it; Tab goes to its buttons.
   */
  keyboard: "first" | "none";
  /** The customer closes the window, or presses Esc while it is in the middle. */
  dismiss: () => void;
}

/** They stand from right to left. */
export interface PanelButton {
  label: string;
  look: "primary" | "plain" | "stop";
  press: () => void;
}

/** Where everything of a panel is, in pixels at 100 %. */
export interface PanelLayout {
  width: number;
  height: number;
  texts: readonly { text: string; style: TextStyle; at: Omit<Box, "height"> }[];
  buttons: readonly (PanelButton & { box: Box })[];
}

const WIDTH = { middle: 500, corner: 400 } as const;
const PADDING = { middle: 28, corner: 16 } as const;
const GAP = 12;
const SLIP_GAP = 6;
/** Above the buttons. */
const BUTTONS_GAP = 20;
const BUTTON_HEIGHT = { middle: 56, corner: 44 } as const;
const BUTTON_RADIUS = 10;
const FOCUS_RING_DISTANCE = 3;
const FOCUS_RING_WIDTH = 2;

const heading: TextStyle = { size: 15, isBold: true, colour: colour.accent };
const question: TextStyle = { size: 20, isBold: true, colour: colour.ink };
const details: TextStyle = { size: 15, isBold: false, colour: colour.muted };
const slip: TextStyle = { size: 15, isBold: true, colour: colour.ink };
const slipDetails: TextStyle = { size: 13, isBold: false, colour: colour.muted };
const BUTTON_TEXT_SIZE = { middle: 18, corner: 16 } as const;

/** Puts a panel's parts below one another; the buttons share the last line. */
export function layOut(panel: Panel, painter: Pick<PanelPainter, "measure">): PanelLayout {
  const [width, padding] = [WIDTH[panel.place], PADDING[panel.place]];
  const inner = width - 2 * padding;
  let y: number = padding;
  const texts: PanelLayout["texts"][number][] = [];
  const add = (text: string, style: TextStyle): void => {
    if (texts.length > 0) y += panel.place === "middle" ? GAP : SLIP_GAP;
    texts.push({ text, style, at: { x: padding, y, width: inner } });
    y += painter.measure(text, style, inner).height;
  };
  if (panel.place === "middle") add(panel.title, heading);
  for (const { text, look } of panel.paragraphs) add(text, styleOf(panel.place, look));
  if (panel.buttons.length === 0) return { width, height: y + padding, texts, buttons: [] };

  y += panel.place === "middle" ? BUTTONS_GAP : GAP;
  const height = BUTTON_HEIGHT[panel.place];
  const buttonWidth = (inner - GAP * (panel.buttons.length - 1)) / panel.buttons.length;
  const buttons = panel.buttons.map((button, index) => ({
    ...button,
    box: { x: padding + inner - (index + 1) * buttonWidth - index * GAP, y, width: buttonWidth, height },
  }));
  return { width, height: y + height + padding, texts, buttons };
}

/** @param state which button has the keyboard, if the window has it, and which one the mouse holds down */
export function drawPanel(
  panel: Panel,
  layout: PanelLayout,
  painter: PanelPainter,
  state: { focused: number | null; pressed: number | null },
): void {
  for (const { text, style, at } of layout.texts) painter.text(text, style, at);
  for (const [index, button] of layout.buttons.entries()) {
    const { box, look, label } = button;
    const isPressed = state.pressed === index;
    painter.fill(box, BUTTON_RADIUS, fillOf(look, isPressed));
    if (look === "plain") painter.stroke(box, BUTTON_RADIUS, colour.hairline, 1);
    if (state.focused === index) painter.stroke(around(box), ringRadius, colour.accent, FOCUS_RING_WIDTH);
    const style: TextStyle = {
      size: BUTTON_TEXT_SIZE[panel.place],
      isBold: true,
      colour: look === "plain" ? colour.ink : colour.ground,
      isCentred: true,
    };
    const { height } = painter.measure(label, style, box.width);
    painter.text(label, style, { x: box.x, y: box.y + (box.height - height) / 2, width: box.width });
  }
}

/** The button at a place, or null. */
export function buttonAt(layout: PanelLayout, x: number, y: number): number | null {
  const index = layout.buttons.findIndex(
    ({ box }) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height,
  );
  return index === -1 ? null : index;
}

const ringRadius = BUTTON_RADIUS + FOCUS_RING_DISTANCE + FOCUS_RING_WIDTH;

function around({ x, y, width, height }: Box): Box {
  const out = FOCUS_RING_DISTANCE + FOCUS_RING_WIDTH;
  return { x: x - out, y: y - out, width: width + 2 * out, height: height + 2 * out };
}

function styleOf(place: Panel["place"], look: "question" | "details"): TextStyle {
  if (place === "middle") return look === "question" ? question : details;
  return look === "question" ? slip : slipDetails;
}

function fillOf(look: PanelButton["look"], isPressed: boolean): number {
  switch (look) {
    case "primary":
      return isPressed ? colour.accentPressed : colour.accent;
    case "stop":
      return isPressed ? colour.stopPressed : colour.stop;
    case "plain":
      return isPressed ? colour.plainPressed : colour.ground;
  }
}
