import { toolFileName } from "@/protocol/client-tool";
import type { ToolPlatform } from "@/protocol/control";
import { fileFor, type PublishedRelease } from "./release";
import { renameInZip } from "./rename-in-zip";

/** Long enough for every browser to have taken the file over. */
const REVOKE_AFTER_MS = 60_000;

const suffixes: Readonly<Record<ToolPlatform, string>> = { windows: ".exe", macos: ".zip", linux: ".run" };

export interface SaveToolOptions {
  /** Of the management server, as the tool shall reach it: `location.origin`. */
  readonly origin: string;
  /** From `session.pairTool`. It becomes part of the file's name and is not sent anywhere from here. */
  readonly token: string;
  readonly platform: ToolPlatform;
  readonly release: PublishedRelease;
  /** How much of it is here, 0 to 1. Not told where the browser shows it itself. */
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

export interface SavedTool {
  /** How the file is called in the downloads; browsers may add " (1)". */
  readonly fileName: string;
  /** True when the browser is loading it now and shows that itself; false when all of it has been handed over. */
  readonly isBrowserLoading: boolean;
  /** Linux: the line that starts it, for a terminal. */
  readonly command: string | null;
}

/**
 * Lets the browser save the Client Tool under the name that carries its pairing.
 *
 * From this very site the browser loads Windows' and Linux' file by itself, in the background and with its own display. Elsewhere a
 * link cannot name the file, and macOS needs an archive around the program (the executable bit, the bundle that permissions are
 * given to): these are fetched first. Call it from a press of a button.
 *
 * @throws Error when there is none for that system, or it did not arrive whole; DOMException `AbortError`
 */
export async function saveTool(options: SaveToolOptions): Promise<SavedTool> {
  const { origin, token, platform, release } = options;
  const file = fileFor(release, platform);
  if (!file) throw new Error(`There is no Client Tool for ${platform}.`);
  const fileName = toolFileName(origin, token, suffixes[platform]);
  const command = platform === "linux" ? startCommand(fileName) : null;
  const url = new URL(file.path, release.manifestUrl);
  if (platform !== "macos" && url.origin === location.origin) {
    press(url.href, fileName);
    return { fileName, isBrowserLoading: true, command };
  }
  const bytes = await fetchWhole(url, file.sizeBytes, options);
  const whole = platform === "macos" ? await renameInZip(bytes, toolFileName(origin, token, ".app")) : bytes;
  const objectUrl = URL.createObjectURL(whole);
  press(objectUrl, fileName);
  setTimeout(() => URL.revokeObjectURL(objectUrl), REVOKE_AFTER_MS);
  return { fileName, isBrowserLoading: false, command };
}

/** The folder of the downloads has another name in other languages, which the desktop knows. */
function startCommand(fileName: string): string {
  return `f="$(xdg-user-dir DOWNLOAD)/${fileName}"; chmod +x "$f" && "$f"`;
}

async function fetchWhole(
  url: URL,
  sizeBytes: number,
  { onProgress, signal }: SaveToolOptions,
): Promise<Blob> {
  const response = await fetch(url, { credentials: "omit", ...(signal && { signal }) });
  if (!response.ok || !response.body) throw new Error(`The download server answered ${response.status}.`);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let receivedBytes = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    receivedBytes += value.length;
    onProgress?.(Math.min(1, receivedBytes / sizeBytes));
  }
  if (receivedBytes !== sizeBytes) throw new Error("The Client Tool did not arrive whole.");
  return new Blob(parts, { type: "application/octet-stream" });
}

function press(href: string, fileName: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = fileName;
  link.rel = "noopener";
  document.body.append(link);
  link.click();
  link.remove();
}
