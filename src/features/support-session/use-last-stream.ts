import { useState } from "react";
import type { SessionSnapshot } from "@/media/session-state";

/** The newest stream that has come: while the customer is away, its last frame stays in sight. */
export function useLastStream({ picture }: SessionSnapshot): MediaStream | null {
  const [last, setLast] = useState<MediaStream | null>(picture?.stream ?? null);
  if (picture && picture.stream !== last) setLast(picture.stream);
  return picture?.stream ?? last;
}
