import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import { cn } from "@/lib/class-names";

interface StreamVideoProps {
  stream: MediaStream | null;
  label: string;
  className?: string;
  ref?: Ref<HTMLVideoElement>;
}

/** A `<video>` that plays a live stream, silently and by itself; never mirrored. */
export function StreamVideo({ stream, label, className, ref }: StreamVideoProps) {
  const element = useRef<HTMLVideoElement>(null);
  useImperativeHandle<HTMLVideoElement | null, HTMLVideoElement | null>(ref, () => element.current, []);
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    video.srcObject = stream;
    // Autoplay is muted and therefore allowed; a play() that a newer stream interrupts rejects, which is no failure.
    if (stream) video.play().catch(() => undefined);
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
