import { type RefObject, useCallback, useEffect, useEffectEvent, useRef, useState } from "react";
import { KeyReader } from "@/media/control/key-reader";
import type { OperatorControl } from "@/media/control/operator-control";
import { PointerReader } from "@/media/control/pointer-reader";
import type { PicturePoint } from "@/media/session-state";
import { type ClientPoint, measureVideo, nearestPointOnPicture, pointOnPicture } from "./picture-geometry";

interface ControlSurfaceOptions {
  control: OperatorControl;
  video: RefObject<HTMLVideoElement | null>;
  /** Lies over the picture; what happens on it happens there. */
  surface: RefObject<HTMLDivElement | null>;
  /** Has the keyboard while it has the focus: input methods write only into a field. */
  field: RefObject<HTMLTextAreaElement | null>;
  /** The operator wants the keyboard back. */
  onWayOut: () => void;
}

/** Where somebody writes, reads a menu or answers a question: the mouse that passes by does not take the keyboard away. */
const KEEPS_FOCUS =
  "input, textarea, select, [contenteditable], [role=dialog], [role=alertdialog], [role=menu]";

/**
 * Hands what the operator does on the picture to the machine that it shows: the mouse while it is over the picture, the keyboard
 * while the field has the focus, which comes with the mouse and goes with it.
 *
 * @returns whether the keyboard is the customer's now, and whether the operator's input method is writing
 */
export function useControlSurface({ control, video, surface, field, onWayOut }: ControlSurfaceOptions): {
  isCaptured: boolean;
  isComposing: boolean;
} {
  const [isCaptured, setCaptured] = useState(false);
  const [isComposing, setComposing] = useState(false);
  const place = useRef<PicturePoint>({ x: 0.5, y: 0.5 });
  const leave = useEffectEvent(onWayOut);

  const placeOf = useCallback(
    (at: ClientPoint, isHeld: boolean): PicturePoint | null => {
      const content = video.current && measureVideo(video.current);
      if (!content) return null;
      // A drag that slips off the picture goes on along its edge.
      return isHeld ? nearestPointOnPicture(at, content) : pointOnPicture(at, content);
    },
    [video],
  );

  useEffect(() => {
    const [area, writing] = [surface.current, field.current];
    if (!area || !writing) return;
    const { sender, clipboard } = control;
    const pointer = new PointerReader(sender);
    const keys = new KeyReader({
      sender,
      isMac: /Mac/.test(navigator.platform),
      onWayOut: () => {
        writing.blur();
        leave();
      },
    });
    const listening = new AbortController();
    const { signal } = listening;

    const take = (event: PointerEvent) => {
      const at = placeOf(event, event.buttons !== 0 || sender.hasButtons);
      if (!at) return;
      place.current = at;
      pointer.take(event, at);
    };
    const press = (event: PointerEvent) => {
      event.preventDefault();
      // The drag goes on where the mouse leaves the picture, until the button is let go.
      area.setPointerCapture(event.pointerId);
      writing.focus({ preventScroll: true });
      take(event);
      // An input method writes where the operator has pressed last, as far as that fits.
      writing.style.left = `min(${place.current.x * 100}%, 100% - ${writing.offsetWidth}px)`;
      writing.style.top = `min(${place.current.y * 100}%, 100% - ${writing.offsetHeight}px)`;
    };
    const enter = (event: PointerEvent) => {
      pointer.enter(event);
      takeKeyboard();
    };
    const takeKeyboard = () => {
      const { activeElement } = document;
      if (activeElement?.closest(KEEPS_FOCUS)) return;
      writing.focus({ preventScroll: true });
    };
    const exit = (event: PointerEvent) => {
      // A finger leaves after every touch; what it has touched keeps the keyboard.
      if (event.buttons !== 0 || event.pointerType === "touch") return;
      pointer.forget();
      writing.blur();
      sender.releaseAll();
    };
    const cancel = () => pointer.cancel(place.current);
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      const at = placeOf(event, false);
      // A pinch on a touchpad comes as a wheel with Control, which nobody has pressed.
      const isPinch = event.ctrlKey && !sender.heldKeys.some((code) => code.startsWith("Control"));
      if (at && !isPinch) pointer.turn(event, at);
    };
    const suppress = (event: Event) => event.preventDefault();

    area.addEventListener("pointerdown", press, { signal });
    area.addEventListener("pointermove", take, { signal });
    // As soon as the mouse has moved, not with the next frame, where browsers have it (Pointer Events, level 3).
    area.addEventListener(
      "pointerrawupdate",
      (event) => {
        if (event instanceof PointerEvent) take(event);
      },
      { signal },
    );
    area.addEventListener("pointerup", take, { signal });
    area.addEventListener("pointercancel", cancel, { signal });
    area.addEventListener("pointerenter", enter, { signal });
    area.addEventListener("pointerleave", exit, { signal });
    area.addEventListener("wheel", turn, { signal, passive: false });
    // Menus, drags, selections and the buttons for back and forward are the customer's here.
    for (const name of ["contextmenu", "dragstart", "selectstart", "mousedown", "mouseup", "auxclick"]) {
      area.addEventListener(name, suppress, { signal });
    }

    const key = (event: KeyboardEvent) => {
      // The page's own shortcuts are off while the keyboard is the customer's.
      event.stopPropagation();
      if (keys.key(event)) event.preventDefault();
    };
    writing.addEventListener("keydown", key, { signal });
    writing.addEventListener("keyup", key, { signal });
    writing.addEventListener(
      "compositionstart",
      () => {
        keys.compositionStarted();
        setComposing(true);
      },
      { signal },
    );
    writing.addEventListener(
      "compositionend",
      (event) => {
        keys.compositionEnded(event.data);
        setComposing(false);
        writing.value = "";
      },
      { signal },
    );
    writing.addEventListener(
      "input",
      (event) => {
        const text = event instanceof InputEvent && !event.isComposing ? event.data : null;
        if (keys.input(text)) writing.value = "";
      },
      { signal },
    );
    writing.addEventListener(
      "paste",
      (event) => {
        event.preventDefault();
        keys.paste(event.clipboardData?.getData("text/plain") ?? "");
      },
      { signal },
    );
    writing.addEventListener(
      "focus",
      () => {
        // A tool that has come since, or has heard nothing of it, learns what the places are places of.
        sender.introduce();
        // What was copied on this page a moment ago is pasted there in the next.
        void clipboard.focused();
        setCaptured(true);
      },
      { signal },
    );
    const lose = () => {
      keys.forget();
      pointer.forget();
      sender.releaseAll();
      setCaptured(false);
      setComposing(false);
      writing.value = "";
    };
    writing.addEventListener("blur", lose, { signal });
    // The mouse may be over the picture already when control begins.
    if (area.matches(":hover")) takeKeyboard();
    return () => {
      listening.abort();
      writing.blur();
      lose();
    };
  }, [control, surface, field, placeOf]);

  return { isCaptured, isComposing };
}
