import { toolFileName } from "@/protocol/client-tool";
import type { ToolPlatform } from "@/protocol/control";
import { PASS_THROUGH, type ReleaseFile } from "@/protocol/release-manifest";
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
 * given to): these are fetched first. A host that lets no page read its files is asked by this site instead. Call it from a press of a
 * button.
 *
 * @throws Error when there is none for that system, or it did not arrive as it was published; DOMException `AbortError`
 */
export async function saveTool(options: SaveToolOptions): Promise<SavedTool> {
  const { origin, token, platform, release } = options;
  const file = fileFor(release, platform);
  if (!file) throw new Error(`There is no Client Tool for ${platform}.`);
  const fileName = toolFileName(origin, token, suffixes[platform]);
  const command = platform === "linux" ? startCommand(fileName) : null;
  const there = new URL(file.path, release.manifestUrl);
  const isHere = there.origin === location.origin;
  if (isHere && platform !== "macos") {
    press(there.href, fileName);
    return { fileName, isBrowserLoading: true, command };
  }
  let bytes: Blob;
  try {
    bytes = await fetchWhole(there, file, options);
  } catch (error) {
    if (isHere || options.signal?.aborted) throw error;
    console.warn(`The Client Tool could not be loaded from ${there.host}: this site passes it on.`, error);
    const here = new URL(`/download/${file.path}?${PASS_THROUGH}`, location.origin);
    if (platform !== "macos") {
      await expectThere(here, options.signal);
      press(here.href, fileName);
      return { fileName, isBrowserLoading: true, command };
    }
    bytes = await fetchWhole(here, file, options);
  }
  const whole = platform === "macos" ? await renameInZip(bytes, toolFileName(origin, token, ".app")) : bytes;
  const objectUrl = URL.createObjectURL(whole);
  press(objectUrl, fileName);
  setTimeout(() => URL.revokeObjectURL(objectUrl), REVOKE_AFTER_MS);
  return { fileName, isBrowserLoading: false, command };
}

/** A download that the browser makes by itself fails where this page cannot see it. */
async function expectThere(url: URL, signal: AbortSignal | undefined): Promise<void> {
  const response = await fetch(url, { method: "HEAD", credentials: "omit", ...(signal && { signal }) });
  if (!response.ok) throw new Error(`The download server answered ${response.status}.`);
}

/** The folder of the downloads has another name in other languages, which the desktop knows. */
function startCommand(fileName: string): string {
  return `f="$(xdg-user-dir DOWNLOAD)/${fileName}"; chmod +x "$f" && "$f"`;
}

async function fetchWhole(
  url: URL,
  { sizeBytes, sha256 }: ReleaseFile,
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
  const whole = new Blob(parts, { type: "application/octet-stream" });
  if ((await sha256Of(whole)) !== sha256)
    throw new Error("The Client Tool is not the one that was published.");
  return whole;
}

async function sha256Of(blob: Blob): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
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
