import { cn } from "@/lib/class-names";
import type { PicturePoint } from "@/media/session-state";
import { inkOf } from "./drawing-layer";

/** From here on the name stands on the other side of the marker, to stay on the picture. */
const FLIP_X = 0.75;
const FLIP_Y = 0.85;

/**
 * Where the operator points, on the customer's own picture: a ring whose centre is exactly the point, and the operator's
 * name beside it. It follows without easing: an eased marker is in the wrong place while it moves.
 */
export function RemotePointer({ point, name }: { point: PicturePoint; name: string }) {
  return (
    <div
      className="pointer-events-none absolute size-7 -translate-x-1/2 -translate-y-1/2"
      style={{ left: `${point.x * 100}%`, top: `${point.y * 100}%` }}
      data-testid="remote-pointer"
    >
      <svg viewBox="0 0 28 28" className="size-full" aria-hidden="true">
        <circle cx="14" cy="14" r="10.5" fill="none" stroke="oklch(1 0 0 / 0.85)" strokeWidth="6" />
        <circle cx="14" cy="14" r="10.5" fill="none" stroke={inkOf.vermilion} strokeWidth="3" />
        <circle
          cx="14"
          cy="14"
          r="3.5"
          fill={inkOf.vermilion}
          stroke="oklch(1 0 0 / 0.85)"
          strokeWidth="1.5"
        />
      </svg>
      <span
        className={cn(
          "absolute max-w-48 truncate rounded-small bg-ink px-2 py-0.5 text-13 font-medium whitespace-nowrap text-ground",
          point.x > FLIP_X ? "right-full mr-1" : "left-full ml-1",
          point.y > FLIP_Y ? "bottom-full" : "top-full",
        )}
      >
        {name}
      </span>
    </div>
  );
}
