import { useEffect, useState } from "react";
import type { ChatEntry, ConnectionState } from "@/media/session-state";
import { forgetChat, keepChat } from "./chat-storage";

/** Keeps the conversation over a reload of the page, and forgets it at the end of the session. */
export function useKeptChat(
  sessionId: string,
  chat: readonly ChatEntry[],
  connection: ConnectionState,
): void {
  const ended = connection.phase === "ended";
  useEffect(() => {
    if (ended) forgetChat(sessionId);
    else keepChat(sessionId, chat);
  }, [sessionId, chat, ended]);
}

/**
 * How many messages of the other side have come since the conversation was last in sight. What was there when the page
 * opened counts as read.
 *
 * @param inSight whether the reader can see the conversation now
 */
export function useUnread(chat: readonly ChatEntry[], inSight: boolean): number {
  const received = chat.reduce((count, entry) => count + (entry.from === "other" ? 1 : 0), 0);
  const [seen, setSeen] = useState(received);
  if (inSight && seen !== received) setSeen(received);
  return inSight ? 0 : Math.max(0, received - seen);
}
