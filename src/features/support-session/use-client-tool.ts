import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { ErrorCode } from "@/lib/error-table";
import { fetchRelease, fileFor, type PublishedRelease } from "@/media/tool-download/release";
import { type SavedTool, saveTool } from "@/media/tool-download/save-tool";
import { detectToolPlatform } from "@/media/tool-download/tool-platform";
import type { ToolPlatform } from "@/protocol/control";
import { useTRPCClient } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";

/** How far the Client Tool is on its way to this computer. */
export type ToolDownload =
  /** What is published is being asked for. */
  | { readonly phase: "asking" }
  /** Nothing is published for this system, or the download server cannot be reached. */
  | { readonly phase: "none" }
  | { readonly phase: "ready" }
  | { readonly phase: "preparing" }
  | { readonly phase: "loading"; readonly fraction: number }
  | { readonly phase: "saved"; readonly saved: SavedTool }
  /** It has been there, and its token is not valid any more. */
  | { readonly phase: "expired" }
  | {
      readonly phase: "failed";
      /** Null: the file did not arrive. */
      readonly refusal: { readonly code: ErrorCode; readonly retryAfterSeconds?: number | undefined } | null;
    };

interface ClientTool {
  readonly platform: ToolPlatform;
  readonly download: ToolDownload;
  /** Of the file, once it is known. */
  readonly facts: { readonly sizeBytes: number; readonly version: string; readonly host: string } | null;
  /** Must be called from a press. A new download makes the one before worthless. */
  readonly save: () => void;
}

const never = () => () => undefined;

/** The system of this computer; null: one that has no Client Tool; undefined: not known yet. */
export function useToolPlatform(): ToolPlatform | null | undefined {
  return useSyncExternalStore<ToolPlatform | null | undefined>(never, detectToolPlatform, () => undefined);
}

/**
 * The Client Tool for this computer, from the question what is published to the saved file.
 *
 * @param sharesDevice whether the customer agreed to tell about the machine
 */
export function useClientTool(platform: ToolPlatform, sharesDevice: boolean): ClientTool {
  const client = useTRPCClient();
  const [release, setRelease] = useState<PublishedRelease | null>(null);
  const [download, setDownload] = useState<ToolDownload>({ phase: "asking" });
  const [expiresAt, setExpiresAt] = useState<Date | null>(null);
  const leaving = useRef<AbortController | null>(null);

  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    const ask = async () => {
      try {
        const published = await fetchRelease(controller.signal);
        if (controller.signal.aborted) return;
        const isThere = published !== null && fileFor(published, platform) !== undefined;
        setRelease(isThere ? published : null);
        setDownload({ phase: isThere ? "ready" : "none" });
      } catch (error) {
        if (controller.signal.aborted) return;
        console.warn("What is published of the Client Tool could not be read.", error);
        setDownload({ phase: "none" });
      }
    };
    void ask();
    return () => controller.abort();
  }, [platform]);

  useEffect(() => {
    if (!expiresAt) return;
    const timer = setTimeout(() => {
      setExpiresAt(null);
      setDownload((now) => (now.phase === "saved" ? { phase: "expired" } : now));
    }, expiresAt.getTime() - Date.now());
    return () => clearTimeout(timer);
  }, [expiresAt]);

  const save = useCallback(async () => {
    if (!release) return;
    setDownload({ phase: "preparing" });
    const pairing = await client.session.pairTool.mutate({ sharesDevice }).catch((error: unknown) => {
      setDownload({ phase: "failed", refusal: refusalOf(error) });
    });
    const signal = leaving.current?.signal;
    if (!pairing || signal?.aborted) return;
    try {
      const saved = await saveTool({
        origin: location.origin,
        token: pairing.token,
        platform,
        release,
        onProgress: (fraction) => setDownload({ phase: "loading", fraction }),
        signal,
      });
      setDownload({ phase: "saved", saved });
      setExpiresAt(pairing.expiresAt);
    } catch (error) {
      if (signal?.aborted) return;
      console.warn("The Client Tool could not be saved.", error);
      setDownload({ phase: "failed", refusal: null });
    }
  }, [client, platform, release, sharesDevice]);

  const file = release && fileFor(release, platform);
  return {
    platform,
    download,
    facts: file
      ? { sizeBytes: file.compressed.sizeBytes, version: release.manifest.version, host: location.host }
      : null,
    save: () => void save(),
  };
}
