import { cn } from "@/lib/class-names";
import type { PicturePoint } from "@/media/session-state";
import { inkOf } from "./drawing-layer";

/** From here on the name stands on the other side of the marker, to stay on the picture. */
const FLIP_X = 0.6;
const FLIP_Y = 0.85;

/**
 * Where the operator points, on the customer's own picture: a ring around the point, and the operator's name beside it. The
 * element itself is no larger than the point, so that nothing has to be added to find its place. It follows without easing:
 * an eased marker is in the wrong place while it moves.
 */
export function RemotePointer({ point, name }: { point: PicturePoint; name: string }) {
  return (
    <div
      className="pointer-events-none absolute z-10 size-[0.25px] -translate-x-1/2 -translate-y-1/2"
      style={{ left: `${point.x * 100}%`, top: `${point.y * 100}%` }}
      data-testid="remote-pointer"
    >
      <svg
        viewBox="0 0 28 28"
        className="absolute top-1/2 left-1/2 size-7 max-w-none -translate-x-1/2 -translate-y-1/2"
        aria-hidden="true"
      >
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
          "absolute w-max max-w-32 truncate rounded-small bg-ink px-2 py-0.5 font-semibold text-13 text-ground",
          point.x > FLIP_X ? "right-3" : "left-3",
          point.y > FLIP_Y ? "bottom-3" : "top-3",
        )}
      >
        {name}
      </span>
    </div>
  );
}
