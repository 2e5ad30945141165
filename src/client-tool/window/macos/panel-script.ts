/**
 * The program of one panel, in JavaScript for Automation, which comes with macOS: it gets the panel as JSON, shows it in an AppKit window
 * above all others, and prints the number of the button that was pressed. It needs no class of its own: every button stops the
 * modal loop and stays pushed, which tells which one it was.
 */
export const PANEL_SCRIPT = `
ObjC.import("AppKit");
function run(argv) {
  const panel = JSON.parse(argv[0]);
  const app = $.NSApplication.sharedApplication;
  app.setActivationPolicy(1); // NSApplicationActivationPolicyAccessory: no icon in the Dock
  const isCorner = panel.place === "corner";
  const width = isCorner ? 360 : 460;
  const padding = isCorner ? 16 : 24;
  const inner = width - 2 * padding;
  const views = panel.paragraphs.map(({ text, look }) => {
    const label = $.NSTextField.wrappingLabelWithString($(text));
    const size = look === "details" ? 13 : isCorner ? 14 : 17;
    label.font = look === "details" ? $.NSFont.systemFontOfSize(size) : $.NSFont.boldSystemFontOfSize(size);
    label.selectable = false;
    const height = Math.ceil(label.cell.cellSizeForBounds($.NSMakeRect(0, 0, inner, 10000)).height);
    return { label, height };
  });
  const buttonHeight = 32;
  const hasButtons = panel.buttons.length > 0;
  const height = views.reduce((sum, view) => sum + view.height + 10, 2 * padding - 10) + (hasButtons ? buttonHeight + 12 : 0);
  const style = isCorner ? 1 | 128 : 1; // Titled, and for the corner NonactivatingPanel
  const window = $.NSPanel.alloc.initWithContentRectStyleMaskBackingDefer($.NSMakeRect(0, 0, width, height), style, 2, false);
  window.title = $(panel.title);
  window.level = 3; // NSFloatingWindowLevel
  window.hidesOnDeactivate = false;
  window.collectionBehavior = 1 | 256; // on all spaces, beside full-screen windows too
  let y = height - padding;
  for (const view of views) {
    y -= view.height;
    view.label.frame = $.NSMakeRect(padding, y, inner, view.height);
    window.contentView.addSubview(view.label);
    y -= 10;
  }
  const gap = 12;
  const buttonWidth = (inner - gap * (panel.buttons.length - 1)) / Math.max(panel.buttons.length, 1);
  const buttons = panel.buttons.map((label, index) => {
    const button = $.NSButton.buttonWithTitleTargetAction($(label), app, "stopModal");
    button.setButtonType(1); // NSButtonTypePushOnPushOff
    button.frame = $.NSMakeRect(width - padding - (index + 1) * buttonWidth - index * gap, padding, buttonWidth, buttonHeight);
    window.contentView.addSubview(button);
    return button;
  });
  if (isCorner) {
    const area = $.NSScreen.mainScreen.visibleFrame;
    window.setFrameOrigin($.NSMakePoint(area.origin.x + area.size.width - width - 16, area.origin.y + 16));
    window.orderFrontRegardless;
  } else {
    window.center;
    app.activateIgnoringOtherApps(true);
    window.makeKeyAndOrderFront(null);
    if (panel.keyboard === "none") window.makeFirstResponder($()); // the window itself
  }
  app.runModalForWindow(window);
  return String(buttons.findIndex((button) => Number(button.state) === 1));
}
`;

/** The same with a dialog of the system's, should AppKit refuse: plain, and in front only at first, but as old as the language. */
export const DIALOG_SCRIPT = `
function run(argv) {
  const panel = JSON.parse(argv[0]);
  const app = Application.currentApplication();
  app.includeStandardAdditions = true;
  const text = panel.paragraphs.map((paragraph) => paragraph.text).join("\\n\\n");
  const answer = app.displayDialog(text, { withTitle: panel.title, buttons: [...panel.buttons].reverse() });
  return String(panel.buttons.indexOf(answer.buttonReturned));
}
`;
