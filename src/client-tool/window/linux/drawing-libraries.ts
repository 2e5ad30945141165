// Cairo and Pango, which every Linux desktop has (GTK and most browsers need them), and the window functions of Xlib.
import { loadLibrary, type Pointer, type Xid } from "../../machine/linux/x11/xlib";

type Memory = Buffer | BigUint64Array | Int32Array;

export interface Cairo {
  xlibSurface(display: Pointer, window: Xid, visual: Pointer, width: number, height: number): Pointer;
  resizeXlibSurface(surface: Pointer, width: number, height: number): void;
  flushSurface(surface: Pointer): void;
  destroySurface(surface: Pointer): void;
  create(surface: Pointer): Pointer;
  destroy(context: Pointer): void;
  /** What is drawn from here on shows all at once, by `popGroup` and `paint`. */
  pushGroup(context: Pointer): void;
  popGroup(context: Pointer): void;
  paint(context: Pointer): void;
  setColour(context: Pointer, red: number, green: number, blue: number): void;
  setLineWidth(context: Pointer, width: number): void;
  newPath(context: Pointer): void;
  closePath(context: Pointer): void;
  /** Angles in radians. */
  arc(context: Pointer, x: number, y: number, radius: number, from: number, to: number): void;
  moveTo(context: Pointer, x: number, y: number): void;
  fill(context: Pointer): void;
  stroke(context: Pointer): void;
}

export interface Pango {
  createLayout(context: Pointer): Pointer;
  updateLayout(context: Pointer, layout: Pointer): void;
  showLayout(context: Pointer, layout: Pointer): void;
  layoutContext(layout: Pointer): Pointer;
  language(name: string): Pointer;
  setLanguage(layoutContext: Pointer, language: Pointer): void;
  setText(layout: Pointer, text: string, length: number): void;
  /** In units of 1/1024 pixel. */
  setWidth(layout: Pointer, width: number): void;
  setWrap(layout: Pointer, mode: number): void;
  setAlignment(layout: Pointer, alignment: number): void;
  /** Missing before Pango 1.44. */
  setLineSpacing?: (layout: Pointer, factor: number) => void;
  pixelSize(layout: Pointer, width: Memory, height: Memory): void;
  setFont(layout: Pointer, font: Pointer): void;
  fontFrom(description: string): Pointer;
  /** In units of 1/1024 pixel. */
  setFontSize(font: Pointer, size: number): void;
  freeFont(font: Pointer): void;
  unref(object: Pointer): void;
}

export interface XWindows {
  defaultScreen(display: Pointer): number;
  defaultVisual(display: Pointer, screen: number): Pointer;
  mapWindow(display: Pointer, window: Xid): number;
  withdrawWindow(display: Pointer, window: Xid, screen: number): number;
  raiseWindow(display: Pointer, window: Xid): number;
  moveResizeWindow(
    display: Pointer,
    window: Xid,
    x: number,
    y: number,
    width: number,
    height: number,
  ): number;
  lookupKeysym(event: Memory, index: number): number;
}

/** @throws MachineError that names the library which is missing */
export function loadCairo(): Cairo {
  const lib = loadLibrary("libcairo.so.2");
  return {
    xlibSurface: lib.func(
      "void *cairo_xlib_surface_create(void *d, ulong w, void *visual, int width, int height)",
    ),
    resizeXlibSurface: lib.func("void cairo_xlib_surface_set_size(void *surface, int width, int height)"),
    flushSurface: lib.func("void cairo_surface_flush(void *surface)"),
    destroySurface: lib.func("void cairo_surface_destroy(void *surface)"),
    create: lib.func("void *cairo_create(void *surface)"),
    destroy: lib.func("void cairo_destroy(void *context)"),
    pushGroup: lib.func("void cairo_push_group(void *context)"),
    popGroup: lib.func("void cairo_pop_group_to_source(void *context)"),
    paint: lib.func("void cairo_paint(void *context)"),
    setColour: lib.func("void cairo_set_source_rgb(void *context, double r, double g, double b)"),
    setLineWidth: lib.func("void cairo_set_line_width(void *context, double width)"),
    newPath: lib.func("void cairo_new_sub_path(void *context)"),
    closePath: lib.func("void cairo_close_path(void *context)"),
    arc: lib.func("void cairo_arc(void *context, double x, double y, double radius, double from, double to)"),
    moveTo: lib.func("void cairo_move_to(void *context, double x, double y)"),
    fill: lib.func("void cairo_fill(void *context)"),
    stroke: lib.func("void cairo_stroke(void *context)"),
  };
}

/** @throws MachineError that names the library which is missing */
export function loadPango(): Pango {
  const [lib, cairo] = [loadLibrary("libpango-1.0.so.0"), loadLibrary("libpangocairo-1.0.so.0")];
  const gobject = loadLibrary("libgobject-2.0.so.0");
  const pango: Pango = {
    createLayout: cairo.func("void *pango_cairo_create_layout(void *context)"),
    updateLayout: cairo.func("void pango_cairo_update_layout(void *context, void *layout)"),
    showLayout: cairo.func("void pango_cairo_show_layout(void *context, void *layout)"),
    layoutContext: lib.func("void *pango_layout_get_context(void *layout)"),
    language: lib.func("void *pango_language_from_string(const char *name)"),
    setLanguage: lib.func("void pango_context_set_language(void *context, void *language)"),
    setText: lib.func("void pango_layout_set_text(void *layout, const char *text, int length)"),
    setWidth: lib.func("void pango_layout_set_width(void *layout, int width)"),
    setWrap: lib.func("void pango_layout_set_wrap(void *layout, int mode)"),
    setAlignment: lib.func("void pango_layout_set_alignment(void *layout, int alignment)"),
    pixelSize: lib.func("void pango_layout_get_pixel_size(void *layout, void *width, void *height)"),
    setFont: lib.func("void pango_layout_set_font_description(void *layout, void *font)"),
    fontFrom: lib.func("void *pango_font_description_from_string(const char *description)"),
    setFontSize: lib.func("void pango_font_description_set_absolute_size(void *font, double size)"),
    freeFont: lib.func("void pango_font_description_free(void *font)"),
    unref: gobject.func("void g_object_unref(void *object)"),
  };
  try {
    pango.setLineSpacing = lib.func("void pango_layout_set_line_spacing(void *layout, float factor)");
  } catch {
    // Lines stand closer with an older Pango.
  }
  return pango;
}

/** @throws MachineError when the library is not installed */
export function loadXWindows(): XWindows {
  const lib = loadLibrary("libX11.so.6");
  return {
    defaultScreen: lib.func("int XDefaultScreen(void *display)"),
    defaultVisual: lib.func("void *XDefaultVisual(void *display, int screen)"),
    mapWindow: lib.func("int XMapWindow(void *display, ulong window)"),
    withdrawWindow: lib.func("int XWithdrawWindow(void *display, ulong window, int screen)"),
    raiseWindow: lib.func("int XRaiseWindow(void *display, ulong window)"),
    moveResizeWindow: lib.func(
      "int XMoveResizeWindow(void *d, ulong w, int x, int y, uint width, uint height)",
    ),
    lookupKeysym: lib.func("ulong XLookupKeysym(void *event, int index)"),
  };
}
