import { useState } from "react";
import { CustomerSession } from "@/media/customer-session";
import type { JoinCall } from "@/media/session-connection";
import type { VideoSource } from "@/protocol/signalling";
import { loadChat } from "./chat-storage";
import { useLiveConnection } from "./use-live-connection";

/** What the customer has chosen to share. */
export interface CapturedPicture {
  readonly stream: MediaStream;
  readonly source: VideoSource;
}

/**
 * The customer's session for the life of the page.
 *
 * @returns `session` null for the first moment; `begin` starts anew with another picture, after this page had lost the
 *   session to another tab or could not connect
 */
export function useCustomerSession(
  sessionId: string,
  join: JoinCall,
  picture: CapturedPicture,
): { session: CustomerSession | null; begin: (picture: CapturedPicture) => void } {
  const [attempt, setAttempt] = useState({ number: 0, picture });
  const session = useLiveConnection(
    `${sessionId}/${attempt.number}`,
    () => new CustomerSession({ join, picture: attempt.picture, chat: loadChat(sessionId) }),
  );
  const begin = (chosen: CapturedPicture) =>
    setAttempt((before) => ({ number: before.number + 1, picture: chosen }));
  return { session, begin };
}
