import { useEffect, useEffectEvent, useState } from "react";
import { droppedFiles } from "@/media/files/dropped-files";
import type { OfferedFile } from "@/media/files/file-entries";

/**
 * Files can be dropped anywhere on the page. While they cannot be taken they are refused: a browser would leave the page for them.
 *
 * @returns whether files are held over the page now
 */
export function useDropZone(
  isOpen: boolean,
  onDrop: (files: Promise<readonly OfferedFile[]>) => void,
): boolean {
  const [isOver, setIsOver] = useState(false);
  const take = useEffectEvent(onDrop);
  const mayTake = useEffectEvent(() => isOpen);

  useEffect(() => {
    const listening = new AbortController();
    const options = { signal: listening.signal };
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
    window.addEventListener(
      "dragover",
      (event) => {
        if (!hasFiles(event) || !event.dataTransfer) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = mayTake() ? "copy" : "none";
        setIsOver(mayTake());
      },
      options,
    );
    window.addEventListener(
      "dragleave",
      (event) => {
        // Only when it leaves the window, not from one element of it to another.
        if (event.relatedTarget === null) setIsOver(false);
      },
      options,
    );
    window.addEventListener(
      "drop",
      (event) => {
        setIsOver(false);
        if (!hasFiles(event) || !event.dataTransfer) return;
        event.preventDefault();
        if (mayTake()) take(droppedFiles(event.dataTransfer));
      },
      options,
    );
    return () => listening.abort();
  }, []);

  return isOver;
}
