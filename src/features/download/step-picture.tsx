import type { ReactNode } from "react";

/** What a step looks like on the screen. */
export type StepPictureKind = "download" | "open" | "protected" | "settings" | "terminal" | "yes";

/** A drawing of the place where to press, marked with the accent; the words beside it say the same. */
export function StepPicture({ kind }: { kind: StepPictureKind }) {
  return (
    <svg
      viewBox="0 0 200 120"
      aria-hidden
      className="h-auto w-full rounded border border-line bg-sunken text-ink-muted"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
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
      <circle cx="32" cy="22.5" r="2" className="fill-current stroke-none" />
      <circle cx="40" cy="22.5" r="2" className="fill-current stroke-none" />
      {children}
    </>
  );
}

/** The one thing to press, and the hand that does. */
function Target({ x, y, width, height = 18 }: { x: number; y: number; width: number; height?: number }) {
  return (
    <>
      <rect x={x} y={y} width={width} height={height} rx="5" className="fill-accent stroke-accent" />
      <path
        d={`M${x + width - 8} ${y + height - 6}l4 15 4-5 6 6 3-3-6-6 5-3z`}
        className="fill-surface stroke-ink"
        strokeWidth="1.5"
      />
    </>
  );
}

const pictures: Readonly<Record<StepPictureKind, ReactNode>> = {
  download: (
    <Frame>
      <path d="M48 46h72M48 56h52" />
      <Target x={48} y={70} width={84} />
      <path d="M64 74v8m-4-4 4 4 4-4" className="stroke-on-accent" />
    </Frame>
  ),
  open: (
    <Frame>
      <rect x="92" y="36" width="80" height="58" rx="5" className="fill-surface stroke-line-strong" />
      <path d="M158 18v8m-4-4 4 4 4-4" className="stroke-accent" />
      <Target x={98} y={43} width={62} height={20} />
      <path d="M104 53h34" className="stroke-on-accent" />
      <path d="M104 78h40" />
      <path d="M36 46h40M36 58h30M36 70h36" />
    </Frame>
  ),
  protected: (
    <>
      <rect x="30" y="14" width="140" height="92" rx="4" className="fill-accent-soft stroke-accent" />
      <path d="M44 32h60M44 46h84" />
      <path d="M44 60h36" className="stroke-accent" strokeWidth="3" />
      <Target x={92} y={80} width={58} height={16} />
    </>
  ),
  settings: (
    <Frame>
      <path d="M62 31v75" className="stroke-line-strong" />
      <path d="M32 44h20M32 56h16M32 68h20M32 80h14" />
      <path d="M74 46h50M74 62h40" />
      <Target x={116} y={76} width={46} height={16} />
    </Frame>
  ),
  terminal: (
    <>
      <rect x="22" y="14" width="156" height="92" rx="7" className="fill-ink stroke-ink" />
      <path d="m36 36 10 8-10 8" className="stroke-ground" />
      <path d="M54 52h76M36 68h60" className="stroke-ground" opacity="0.6" />
      <path d="M104 62v12" className="stroke-ground" />
    </>
  ),
  yes: (
    <Frame>
      <circle cx="46" cy="50" r="8" className="fill-accent-soft stroke-accent" />
      <path d="M62 46h92M62 56h64" />
      <Target x={62} y={76} width={48} />
      <rect x="124" y="76" width="38" height="18" rx="5" className="stroke-line-strong" />
      <path d="m79 85 4 4 8-8" className="stroke-on-accent" />
    </Frame>
  ),
};
