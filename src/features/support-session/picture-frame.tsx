import type { CSSProperties, ReactNode } from "react";
import { cn } from "@/lib/class-names";
import { actualSize, type Size, type ViewMode } from "./picture-geometry";

interface PictureFrameProps {
  /** Size of the picture in its own pixels; null before the first frame. */
  picture: Size | null;
  view?: ViewMode;
  /** Device pixels per CSS pixel; needed by the view `actual` alone. */
  devicePixelRatio?: number;
  /** What the surroundings are called when they scroll; needed by the view `actual` alone. */
  scrollerLabel?: string;
  children: ReactNode;
}

/** What the frame assumes before it knows, so that the place is there and little moves when the picture comes. */
const USUAL_PICTURE: Size = { width: 16, height: 9 };

/**
 * A box of exactly the picture's shape, as large as its surroundings allow (`fit`), or of the picture's own size
 * (`actual`; the surroundings scroll). Whatever lies over the picture is a child: 0–100 % of the box is 0–1 of the picture,
 * in CSS alone, so nothing measured can be out of date.
 */
export function PictureFrame({
  picture,
  view = "fit",
  devicePixelRatio = 1,
  scrollerLabel,
  children,
}: PictureFrameProps) {
  const actual = view === "actual" && picture ? actualSize(picture, devicePixelRatio) : null;
  // What scrolls must be within reach of the keyboard, and say what it is.
  const scroller = actual ? { role: "region", "aria-label": scrollerLabel, tabIndex: 0 } : {};
  return (
    <div
      className={cn(
        "absolute inset-0 grid focus-visible:-outline-offset-2",
        actual && "overflow-auto overscroll-contain",
      )}
      style={{ containerType: "size" }}
      {...scroller}
    >
      {/* Automatic margins centre a small picture and let a large one start at the corner, where scrolling reaches all of it. */}
      <div className="relative m-auto" style={actual ? sizeOf(actual) : fitted(picture ?? USUAL_PICTURE)}>
        {children}
      </div>
    </div>
  );
}

function sizeOf({ width, height }: Size): CSSProperties {
  return { width: `${width}px`, height: `${height}px` };
}

/** `object-fit: contain` for a box: the larger of the two scales that still fits. */
function fitted({ width, height }: Size): CSSProperties {
  return {
    width: `min(100cqw, calc(100cqh * ${width} / ${height}))`,
    height: `min(100cqh, calc(100cqw * ${height} / ${width}))`,
  };
}
