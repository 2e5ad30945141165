declare global {
  interface Window {
    /** There from the first byte of a page until its own script listens: see {@link keepEarlyPresses}. */
    earlyPresses?: { release(): void } | undefined;
  }
}

/**
 * Keeps the last press of a button as long as the page's script does not listen yet, and hands it on when it does: a page is seen, and
 * pressed, a moment before that. A form that would be sent as it stands is kept from it. Links work by themselves and are left alone.
 *
 * It goes into the page as text, to run before anything is drawn: it may use nothing from outside itself, and no syntax that a compiler
 * replaces by a helper.
 */
export function keepEarlyPresses(): void {
  /** A press that waited longer is no longer meant. */
  const MEANT_FOR_MS = 10_000;
  const pointerEvents = ["pointerdown", "pointerup"];
  const types = [...pointerEvents, "mousedown", "mouseup", "click"];
  let button: Element | null = null;
  let kept: Event[] = [];

  const keep = (event: Event) => {
    const pressed = event.target instanceof Element ? event.target.closest("button") : null;
    // A press begins anew: with its first event, or, from the keyboard, with its only one.
    const isOver = kept.some(({ type }) => type === "click" || type === event.type);
    if (pressed !== button || isOver) kept = [];
    button = pressed;
    if (pressed) kept.push(event);
  };
  const hold = (event: Event) => event.preventDefault();
  for (const type of types) window.addEventListener(type, keep, true);
  window.addEventListener("submit", hold, true);

  const repeat = (event: Event) => {
    if (!(event instanceof MouseEvent) || !(event.target instanceof Element) || !event.target.isConnected)
      return;
    const isPointers = pointerEvents.includes(event.type) && event instanceof PointerEvent;
    event.target.dispatchEvent(
      isPointers ? new PointerEvent(event.type, event) : new MouseEvent(event.type, event),
    );
  };
  window.earlyPresses = {
    release: () => {
      window.earlyPresses = undefined;
      for (const type of types) window.removeEventListener(type, keep, true);
      window.removeEventListener("submit", hold, true);
      // An event that is still on its way has made the page listen, and is heard by it.
      const missed = kept.filter(
        ({ eventPhase, timeStamp }) =>
          eventPhase === Event.NONE && performance.now() - timeStamp < MEANT_FOR_MS,
      );
      if (!missed.some(({ type }) => type === "click")) return;
      setTimeout(() => {
        for (const event of missed) repeat(event);
      });
    },
  };
}
