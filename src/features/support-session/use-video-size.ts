import { type RefObject, useEffect, useState } from "react";
import { hasArea, type Size } from "./picture-geometry";

/**
 * The size of a video's picture in its own pixels, null before its first frame. It changes whenever the customer resizes a
 * shared window, turns a phone or shares something else.
 *
 * @param stream the stream the video shows; a new one is a new picture
 */
export function useVideoSize(
  video: RefObject<HTMLVideoElement | null>,
  stream: MediaStream | null,
): Size | null {
  const [size, setSize] = useState<Size | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another stream has to be measured anew, though nothing here reads it.
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    const measure = () => {
      const { videoWidth: width, videoHeight: height } = element;
      if (!hasArea({ width, height })) return;
      setSize((before) => (before?.width === width && before.height === height ? before : { width, height }));
    };
    measure();
    element.addEventListener("loadedmetadata", measure);
    element.addEventListener("resize", measure);
    return () => {
      element.removeEventListener("loadedmetadata", measure);
      element.removeEventListener("resize", measure);
    };
  }, [video, stream]);

  return size;
}
