import type { CSSProperties, ReactNode } from "react";
import { cn } from "@/lib/class-names";
import { actualSize, type Size, type ViewMode } from "./picture-geometry";

interface PictureFrameProps {
  /** Size of the picture in its own pixels; null before the first frame. */
  picture: Size | null;
  view?: ViewMode;
  /** Device pixels per CSS pixel; needed by the view `actual` alone. */
  devicePixelRatio?: number;
  children: ReactNode;
  className?: string;
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
  children,
  className,
}: PictureFrameProps) {
  const shape = picture ?? USUAL_PICTURE;
  const actual = view === "actual" && picture ? actualSize(picture, devicePixelRatio) : null;
  return (
    <div
      className={cn(
        "grid size-full",
        actual ? "overflow-auto overscroll-contain" : "overflow-hidden",
        className,
      )}
      style={{ containerType: "size" }}
      data-view={actual ? "actual" : "fit"}
      {...(actual ? { tabIndex: 0 } : {})}
    >
      {/* "safe" centring: a picture larger than its surroundings starts at their corner, or its left would be out of reach. */}
      <div className="relative m-auto" style={actual ? sizeOf(actual) : fitted(shape)}>
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
    aspectRatio: `${width} / ${height}`,
  };
}
