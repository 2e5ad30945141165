import { z } from "zod";
import type { ChatEntry } from "@/media/session-state";
import { CHAT_MAX_LENGTH } from "@/protocol/data-channels";

/**
 * The conversation of a session, kept in the tab's own storage so that a reload does not lose it: the relay keeps
 * nothing. It goes with the tab, and at the end of the session.
 */
const KEY_PREFIX = "madoguchi.chat.";
/** Older messages are dropped: a tab's storage is limited, and 500 messages are an afternoon. */
const MAX_KEPT = 500;

const keptSchema = z
  .array(
    z.object({
      messageId: z.uuid(),
      from: z.enum(["me", "other"]),
      text: z.string().max(CHAT_MAX_LENGTH),
      sentAt: z.iso.datetime().transform((text) => new Date(text)),
      delivered: z.boolean(),
    }),
  )
  .max(MAX_KEPT);

/** What was said before the page was loaded again; empty when nothing was, or when it cannot be read. */
export function loadChat(sessionId: string, storage: Storage | null = tabStorage()): readonly ChatEntry[] {
  const text = storage?.getItem(KEY_PREFIX + sessionId);
  if (!text) return [];
  try {
    const kept = keptSchema.safeParse(JSON.parse(text));
    return kept.success ? kept.data : [];
  } catch {
    // Not JSON: somebody else wrote it. A conversation that cannot be read is no reason to refuse the session.
    return [];
  }
}

/** Keeps what was said so far. A full or forbidden storage is not an error: the conversation is then lost on reload. */
export function keepChat(
  sessionId: string,
  chat: readonly ChatEntry[],
  storage: Storage | null = tabStorage(),
): void {
  try {
    storage?.setItem(KEY_PREFIX + sessionId, JSON.stringify(chat.slice(-MAX_KEPT)));
  } catch {
    storage?.removeItem(KEY_PREFIX + sessionId);
  }
}

/** Forgets the conversation, when the session has ended. */
export function forgetChat(sessionId: string, storage: Storage | null = tabStorage()): void {
  storage?.removeItem(KEY_PREFIX + sessionId);
}

/** The tab's storage; null where there is none (on the server) or the browser forbids it. */
function tabStorage(): Storage | null {
  try {
    return typeof window === "undefined" ? null : window.sessionStorage;
  } catch {
    return null;
  }
}
