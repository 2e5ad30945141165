import type { ReactNode } from "react";
import { cn } from "@/lib/class-names";

/** What somebody sees when a downloaded program is started. */
export type StepPictureKind =
  /** The button of the download. */
  | "download"
  /** The browser's list of downloads. */
  | "downloads"
  /** An archive, and the program that comes out of it. */
  | "unpack"
  /** Windows protects the PC: first one thing to press, then another. */
  | "protected"
  /** macOS' settings, with a button at the bottom. */
  | "openAnyway"
  /** macOS' settings, with a switch. */
  | "allowSwitch"
  /** A file's properties, with a check box. */
  | "properties"
  | "doubleClick"
  | "terminal"
  /** The program's own question. */
  | "yes";

/**
 * A drawing of the place where to press, which is filled with the accent. The words beside it say the same, so it is not read out.
 * Its lines are equally thick at every size.
 */
export function StepPicture({ kind, className }: { kind: StepPictureKind; className?: string }) {
  return (
    <svg
      viewBox="0 0 200 120"
      aria-hidden
      className={cn(
        "h-auto shrink-0 rounded border border-line bg-sunken text-ink-muted [&_*]:[vector-effect:non-scaling-stroke]",
        className,
      )}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {pictures[kind]}
    </svg>
  );
}

/** A window with its bar. */
function Frame({ children }: { children: ReactNode }) {
  return (
    <>
      <rect x="22" y="14" width="156" height="92" rx="7" className="fill-surface stroke-line-strong" />
      <path d="M22 31h156" className="stroke-line-strong" />
      <circle cx="32" cy="22.5" r="2.5" className="fill-current stroke-none" />
      <circle cx="41" cy="22.5" r="2.5" className="fill-current stroke-none" />
      {children}
    </>
  );
}

/** The hand of whoever presses. */
function Hand({ x, y }: { x: number; y: number }) {
  return (
    <path
      d={`M${x} ${y}l5 17 4.5-6 7 7 3.5-3.5-7-7 6-3.5z`}
      className="fill-surface stroke-ink"
      strokeWidth="1.5"
    />
  );
}

/** The one thing to press. */
function Target({ x, y, width, height = 18 }: { x: number; y: number; width: number; height?: number }) {
  return (
    <>
      <rect x={x} y={y} width={width} height={height} rx="5" className="fill-accent stroke-accent" />
      <Hand x={x + width - 9} y={y + height - 7} />
    </>
  );
}

/** Where two things are pressed: which comes first. */
function Turn({ x, y, number }: { x: number; y: number; number: 1 | 2 }) {
  return (
    <>
      <circle cx={x} cy={y} r="8" className="fill-ink stroke-none" />
      <text x={x} y={y + 4} textAnchor="middle" className="fill-ground stroke-none font-semibold text-[11px]">
        {number}
      </text>
    </>
  );
}

/** A sheet of paper with a corner turned down. */
function Sheet({ x, y, children }: { x: number; y: number; children?: ReactNode }) {
  return (
    <>
      <path d={`M${x} ${y}h28l12 12v40h-40z`} className="fill-surface" />
      <path d={`M${x + 28} ${y}v12h12`} />
      {children}
    </>
  );
}

const pictures: Readonly<Record<StepPictureKind, ReactNode>> = {
  download: (
    <Frame>
      <path d="M48 46h72M48 56h52" />
      <Target x={48} y={70} width={84} />
      <path d="M64 74v8m-4-4 4 4 4-4" className="stroke-on-accent" />
      <path d="M78 79h34" className="stroke-on-accent" />
    </Frame>
  ),
  downloads: (
    <Frame>
      <path d="M36 46h40M36 58h30M36 70h36" />
      <path d="M158 18v8m-4-4 4 4 4-4" className="stroke-accent" />
      <rect x="92" y="36" width="80" height="60" rx="5" className="fill-surface stroke-line-strong" />
      <Target x={98} y={43} width={64} height={20} />
      <path d="M105 53h36" className="stroke-on-accent" />
      <path d="M103 82h40" />
    </Frame>
  ),
  unpack: (
    <>
      <Sheet x={36} y={30}>
        <path d="M54 34v4m4 2v4m-4 2v4m4 2v4" />
        <rect x="52" y="62" width="8" height="10" rx="2" />
      </Sheet>
      <path d="M90 58h20m-6-6 6 6-6 6" className="stroke-accent" />
      <rect x="124" y="34" width="48" height="48" rx="11" className="fill-accent stroke-accent" />
      <path d="M138 46h20v24h-20z M138 58h20" className="stroke-on-accent" />
      <Hand x={160} y={74} />
    </>
  ),
  protected: (
    <>
      <rect x="22" y="14" width="156" height="92" rx="4" className="fill-accent-soft stroke-accent" />
      <path d="M36 30h64M36 42h96" />
      <path d="M36 58h44" className="stroke-accent" strokeWidth="3.5" />
      <Turn x={94} y={58} number={1} />
      <Turn x={84} y={87} number={2} />
      <Target x={98} y={78} width={62} />
    </>
  ),
  openAnyway: (
    <Frame>
      <path d="M62 31v75" className="stroke-line-strong" />
      <path d="M32 44h20M32 56h16M32 68h20M32 80h14" />
      <path d="M74 46h60M74 60h44" />
      <Target x={110} y={76} width={52} />
    </Frame>
  ),
  allowSwitch: (
    <Frame>
      <path d="M62 31v75" className="stroke-line-strong" />
      <path d="M32 44h20M32 56h16M32 68h20M32 80h14" />
      <path d="M76 54h44M76 86h34" />
      <rect x="136" y="45" width="30" height="18" rx="9" className="fill-accent stroke-accent" />
      <circle cx="157" cy="54" r="6" className="fill-on-accent stroke-none" />
      <Hand x={154} y={58} />
      <rect x="136" y="80" width="24" height="14" rx="7" />
      <circle cx="143" cy="87" r="4" />
    </Frame>
  ),
  properties: (
    <Frame>
      <rect x="36" y="41" width="16" height="20" rx="2" />
      <path d="M62 46h70M62 56h48" />
      <rect x="36" y="74" width="18" height="18" rx="4" className="fill-accent stroke-accent" />
      <path d="m40 83 4 4 7-8" className="stroke-on-accent" />
      <path d="M66 83h78" />
      <Hand x={48} y={86} />
    </Frame>
  ),
  doubleClick: (
    <>
      <Sheet x={76} y={28}>
        <path d="M86 56h20M86 67h20" />
      </Sheet>
      <path d="M128 54l7-5M133 64h9M121 47l2-8" className="stroke-accent" />
      <path d="M138 45l6-4M144 72l8 3M126 37l2-7" className="stroke-accent" />
      <Hand x={114} y={62} />
    </>
  ),
  terminal: (
    <>
      <rect x="22" y="14" width="156" height="92" rx="7" className="fill-ink stroke-ink" />
      <path d="m36 36 10 8-10 8" className="stroke-ground" />
      <path d="M56 52h90M36 68h60" className="stroke-ground" opacity="0.6" />
      <path d="M104 62v12" className="stroke-ground" />
    </>
  ),
  yes: (
    <Frame>
      <circle cx="46" cy="50" r="8" className="fill-accent-soft stroke-accent" />
      <path d="M62 46h92M62 56h64" />
      <Target x={62} y={76} width={48} />
      <rect x="126" y="76" width="38" height="18" rx="5" className="stroke-line-strong" />
      <path d="m78 85 4 4 8-8" className="stroke-on-accent" />
    </Frame>
  ),
};
