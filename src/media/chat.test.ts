import { describe, expect, test } from "vitest";
import { CHAT_MAX_LENGTH, type ChatMessage } from "@/protocol/data-channels";
import { Chat } from "./chat";
import type { ChatEntry } from "./session-state";

/** Two chats with a wire between them that can be cut. */
function pair() {
  const wire = { isUp: true, carried: 0 };
  const seen: Record<"near" | "far", readonly ChatEntry[]> = { near: [], far: [] };
  const connect = (side: "near" | "far", other: () => Chat) =>
    new Chat({
      send: (message) => {
        if (!wire.isUp) return false;
        wire.carried += 1;
        other().receive(JSON.stringify(message));
        return true;
      },
      onChange: (entries) => {
        seen[side] = entries;
      },
    });
  const near: Chat = connect("near", () => far);
  const far: Chat = connect("far", () => near);
  return { near, far, wire, seen };
}

describe("a chat", () => {
  test("delivers, and knows that it did", () => {
    const { near, seen } = pair();
    expect(near.say("  こんにちは  ")).toBe(true);
    expect(seen.far).toMatchObject([{ from: "other", text: "こんにちは", delivered: true }]);
    expect(seen.near).toMatchObject([{ from: "me", text: "こんにちは", delivered: true }]);
  });

  test("keeps what could not be sent, and sends it once the other side is back", () => {
    const { near, wire, seen } = pair();
    wire.isUp = false;
    near.say("first");
    near.say("second");
    expect(seen.near.map(({ delivered }) => delivered)).toEqual([false, false]);
    wire.isUp = true;
    near.sendUndelivered();
    expect(seen.far.map(({ text }) => text)).toEqual(["first", "second"]);
    expect(seen.near.every(({ delivered }) => delivered)).toBe(true);
    const { carried } = wire;
    near.sendUndelivered();
    expect(wire.carried).toBe(carried);
  });

  test("shows a message that arrives twice once, and acknowledges it both times", () => {
    const sent: ChatMessage[] = [];
    const chat = new Chat({ send: (message) => sent.push(message) > 0, onChange: () => undefined });
    const message = JSON.stringify({
      type: "text",
      messageId: crypto.randomUUID(),
      text: "once",
      sentAt: new Date().toISOString(),
    });
    chat.receive(message);
    chat.receive(message);
    expect(chat.entries).toHaveLength(1);
    expect(sent.map(({ type }) => type)).toEqual(["received", "received"]);
  });

  test("refuses what is empty or too long, and drops what is not of the protocol", () => {
    const { near, seen } = pair();
    expect(near.say("   ")).toBe(false);
    expect(near.say("x".repeat(CHAT_MAX_LENGTH + 1))).toBe(false);
    for (const raw of ["", "{", "null", '{"type":"text"}', '{"type":"evil","messageId":"1"}'])
      near.receive(raw);
    expect(seen.near).toEqual([]);
  });

  test("an acknowledgement of the other side's own message changes nothing of it", () => {
    const { near, far, seen } = pair();
    far.say("from afar");
    const [entry] = seen.near;
    near.receive(JSON.stringify({ type: "received", messageId: entry?.messageId }));
    expect(seen.near).toMatchObject([{ from: "other", text: "from afar" }]);
  });
});
