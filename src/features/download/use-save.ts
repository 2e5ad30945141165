import { useState } from "react";
import { fileFor, type PublishedRelease, storedName } from "@/media/tool-download/release";
import { saveTool } from "@/media/tool-download/save-tool";
import { pairingTokenSchema } from "@/protocol/client-tool";
import type { ToolPlatform } from "@/protocol/control";

export type SaveState =
  | { readonly is: "idle" }
  | { readonly is: "loading"; readonly percent: number }
  | { readonly is: "saved"; readonly fileName: string; readonly command: string | null }
  | { readonly is: "failed" };

/**
 * Saves the tool. A pairing is handed over behind the address's `#`, which browsers keep to themselves; without one the plain file is saved,
 * for those who want to look at it.
 */
export function useSave(release: PublishedRelease | null, platform: ToolPlatform) {
  const [state, setState] = useState<SaveState>({ is: "idle" });
  const [savedFor, setSavedFor] = useState(platform);
  const save = async () => {
    const file = release && fileFor(release, platform);
    if (!release || !file) return;
    setSavedFor(platform);
    const token = pairingFromAddress();
    if (token === null) {
      location.assign(new URL(file.path, release.manifestUrl));
      setState({ is: "saved", fileName: storedName(file), command: null });
      return;
    }
    setState({ is: "loading", percent: 0 });
    const onProgress = (fraction: number) => {
      const percent = Math.floor(fraction * 100);
      setState((former) =>
        former.is === "loading" && former.percent === percent ? former : { is: "loading", percent },
      );
    };
    try {
      const saved = await saveTool({ origin: location.origin, token, platform, release, onProgress });
      setState({ is: "saved", fileName: saved.fileName, command: saved.command });
    } catch {
      setState({ is: "failed" });
    }
  };
  return { state: savedFor === platform ? state : ({ is: "idle" } satisfies SaveState), save };
}

/** Only in the browser. */
export function pairingFromAddress(): string | null {
  const token = pairingTokenSchema.safeParse(location.hash.slice(1));
  return token.success ? token.data : null;
}
