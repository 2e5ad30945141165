import type { ReactNode } from "react";
import type { ToolPlatform } from "@/protocol/control";

/** What is done after the download, in this order. */
export const startSteps = ["open", "confirm", "yes"] as const;
export type StartStep = (typeof startSteps)[number];

/**
 * What a step looks like, drawn with few lines: where to press is in the accent's colour. The words beside it say the same, so it
 * is not read out.
 */
export function StartPicture({ platform, step }: { platform: ToolPlatform; step: StartStep }) {
  return (
    <svg
      viewBox="0 0 96 64"
      aria-hidden="true"
      className="h-16 w-24 shrink-0 rounded-small border border-line bg-sunken text-ink-muted"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {pictureOf(platform, step)}
    </svg>
  );
}

function pictureOf(platform: ToolPlatform, step: StartStep): ReactNode {
  if (step === "yes") return <ToolAsks />;
  if (step === "open") return platform === "linux" ? <FileProperties /> : <BrowserDownloads />;
  return { windows: <WindowsProtects />, macos: <MacSettings />, linux: <FileOpens /> }[platform];
}

/** A button to press. */
function Press({ x, y, width }: { x: number; y: number; width: number }) {
  return <rect x={x} y={y} width={width} height="9" rx="3" className="fill-accent stroke-accent" />;
}

/** A window with its title bar. */
function Frame({ x, y, width, height }: { x: number; y: number; width: number; height: number }) {
  return (
    <>
      <rect x={x} y={y} width={width} height={height} rx="4" className="fill-surface" />
      <path d={`M${x} ${y + 9}h${width}`} />
    </>
  );
}

/** The browser, with the file in the list at its top right. */
function BrowserDownloads() {
  return (
    <>
      <Frame x={8} y={6} width={80} height={52} />
      <path d="M14 10.5h36" strokeWidth="3" opacity="0.4" />
      <g className="stroke-accent" strokeWidth="2">
        <path d="M76 8v4m-3-2 3 3 3-3" />
      </g>
      <rect x="46" y="19" width="38" height="22" rx="3" className="fill-surface" />
      <rect x="50" y="24" width="8" height="11" rx="1.5" className="fill-accent-soft stroke-accent" />
      <path d="M62 27h18M62 32h12" />
    </>
  );
}

/** "More info", then "Run anyway". */
function WindowsProtects() {
  return (
    <>
      <rect x="12" y="8" width="72" height="48" rx="3" className="fill-accent-soft" />
      <path d="M19 17h34M19 24h46" />
      <path d="M19 32h20" className="stroke-accent" strokeWidth="2" />
      <Press x={50} y={42} width={28} />
    </>
  );
}

/** A switch in the settings. */
function MacSettings() {
  return (
    <>
      <Frame x={10} y={7} width={76} height={50} />
      <path d="M34 16v41M15 23h13M15 30h13M15 37h13M41 25h22M41 40h16" />
      <rect x="68" y="20.5" width="14" height="9" rx="4.5" className="fill-accent stroke-accent" />
      <circle cx="77.5" cy="25" r="2.5" className="fill-on-accent stroke-on-accent" strokeWidth="1" />
      <rect x="68" y="35.5" width="14" height="9" rx="4.5" />
      <circle cx="72.5" cy="40" r="2.5" />
    </>
  );
}

/** The file's properties, with "may run as a program" turned on. */
function FileProperties() {
  return (
    <>
      <Frame x={22} y={6} width={52} height={52} />
      <path d="M43 21h10v8H43zM29 36h28M29 46h22" />
      <rect x="60" y="41.5" width="9" height="9" rx="2" className="fill-accent stroke-accent" />
      <path d="m62 46 2 2 3.5-4" className="stroke-on-accent" />
    </>
  );
}

/** Two presses on the file. */
function FileOpens() {
  return (
    <>
      <path d="M34 10h20l8 8v36H34z" className="fill-surface" />
      <path d="M54 10v8h8M41 28h14M41 35h14" />
      <path d="m58 40 6 15 3-6 6-3z" className="fill-accent stroke-accent" />
      <path d="M52 37l-3-2M60 34v-4" className="stroke-accent" />
    </>
  );
}

/** The program's own window: who wants to control, and Yes. */
function ToolAsks() {
  return (
    <>
      <Frame x={14} y={10} width={68} height={44} />
      <path d="M22 26h44M22 32h32" />
      <Press x={54} y={40} width={20} />
      <rect x="30" y="40" width="20" height="9" rx="3" />
    </>
  );
}
