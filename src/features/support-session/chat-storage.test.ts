// @vitest-environment jsdom
import { beforeEach, describe, expect, test } from "vitest";
import type { ChatEntry } from "@/media/session-state";
import { forgetChat, keepChat, loadChat } from "./chat-storage";

const sessionId = "0198a5a0-0000-7000-8000-000000000001";
const entry = (text: string): ChatEntry => ({
  messageId: "0198a5a0-0000-7000-8000-00000000000a",
  from: "other",
  text,
  sentAt: new Date("2026-01-02T03:04:05.000Z"),
  delivered: true,
});

describe("the kept conversation", () => {
  beforeEach(() => sessionStorage.clear());

  test("comes back as it was, for its own session only", () => {
    keepChat(sessionId, [entry("<b>こんにちは</b>")]);
    expect(loadChat(sessionId)).toEqual([entry("<b>こんにちは</b>")]);
    expect(loadChat("0198a5a0-0000-7000-8000-000000000002")).toEqual([]);
  });

  test("is gone when the session has ended", () => {
    keepChat(sessionId, [entry("bye")]);
    forgetChat(sessionId);
    expect(loadChat(sessionId)).toEqual([]);
    expect(sessionStorage.length).toBe(0);
  });

  test("what is not a conversation is ignored", () => {
    for (const text of ["{", "null", '[{"from":"admin"}]', '[{"messageId":1}]']) {
      sessionStorage.setItem(`madoguchi.chat.${sessionId}`, text);
      expect(loadChat(sessionId)).toEqual([]);
    }
  });

  test("keeps the last 500 messages", () => {
    keepChat(
      sessionId,
      Array.from({ length: 600 }, (_, index) => entry(`message ${index}`)),
    );
    const kept = loadChat(sessionId);
    expect(kept).toHaveLength(500);
    expect(kept.at(-1)?.text).toBe("message 599");
  });

  test("a full storage does not break the session", () => {
    const full: Storage = {
      length: 0,
      clear: () => undefined,
      getItem: () => null,
      key: () => null,
      removeItem: () => undefined,
      setItem: () => {
        throw new DOMException("full", "QuotaExceededError");
      },
    };
    expect(() => keepChat(sessionId, [entry("hello")], full)).not.toThrow();
  });
});
