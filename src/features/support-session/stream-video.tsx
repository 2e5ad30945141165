import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import { cn } from "@/lib/class-names";

interface StreamVideoProps {
  stream: MediaStream | null;
  label: string;
  className?: string;
  ref?: Ref<HTMLVideoElement>;
  /** The first frame of this stream is on the screen. */
  onFirstFrame?: () => void;
}

/** A `<video>` that plays a live stream, silently and by itself; never mirrored. */
export function StreamVideo({ stream, label, className, ref, onFirstFrame }: StreamVideoProps) {
  const element = useRef<HTMLVideoElement>(null);
  const firstFrame = useRef(onFirstFrame);
  useImperativeHandle<HTMLVideoElement | null, HTMLVideoElement | null>(ref, () => element.current, []);
  useEffect(() => {
    firstFrame.current = onFirstFrame;
  });

  useEffect(() => {
    const video = element.current;
    if (!video) return;
    video.srcObject = stream;
    if (!stream) return;
    // Autoplay is muted and therefore allowed; a play() that a newer stream interrupts rejects, which is no failure.
    video.play().catch(() => undefined);
    return onNextFrame(video, () => firstFrame.current?.());
  }, [stream]);

  return (
    <video
      ref={element}
      className={cn("block size-full object-contain", className)}
      aria-label={label}
      autoPlay
      muted
      playsInline
      disablePictureInPicture
    />
  );
}

/** Calls once when the next frame has been put on the screen; returns how to call it off. */
function onNextFrame(video: HTMLVideoElement, run: () => void): () => void {
  if (typeof video.requestVideoFrameCallback === "function") {
    const handle = video.requestVideoFrameCallback(run);
    return () => video.cancelVideoFrameCallback(handle);
  }
  video.addEventListener("loadeddata", run, { once: true });
  return () => video.removeEventListener("loadeddata", run);
}
