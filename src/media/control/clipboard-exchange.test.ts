import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CLIPBOARD_MAX_LENGTH, type ClipboardMessage } from "@/protocol/control";
import { ClipboardExchange, type ClipboardSnapshot, idleClipboard } from "./clipboard-exchange";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

function openExchange() {
  const own = { text: "mine", isOpen: true };
  const wire = { isUp: true };
  const sent: ClipboardMessage[] = [];
  let shown: ClipboardSnapshot = idleClipboard;
  const exchange = new ClipboardExchange({
    send: (message) => {
      if (wire.isUp) sent.push(message);
      return wire.isUp;
    },
    clipboard: {
      readText: async () => {
        if (!own.isOpen) throw new DOMException("no focus", "NotAllowedError");
        return own.text;
      },
      canReadUnasked: async () => own.isOpen,
      writeText: async (text) => {
        if (!own.isOpen) throw new DOMException("no focus", "NotAllowedError");
        own.text = text;
      },
    },
    onChange: (snapshot) => {
      shown = snapshot;
    },
  });
  exchange.setAllowed(true);
  const hear = (message: ClipboardMessage) => exchange.receive(JSON.stringify(message));
  return {
    exchange,
    own,
    wire,
    sent,
    hear,
    outcome: () => shown.outcome,
    isFollowing: () => shown.isFollowing,
  };
}

describe("sending", () => {
  test("the operator's text goes out", async () => {
    const { exchange, sent, outcome } = openExchange();
    await exchange.sendMine();
    expect(sent).toEqual([{ type: "text", text: "mine" }]);
    expect(outcome()).toBe("sent");
  });

  test.each([
    ["ownEmpty", ""],
    ["ownTooLong", "x".repeat(CLIPBOARD_MAX_LENGTH + 1)],
  ])("%s is told, and nothing goes out", async (wanted, text) => {
    const { exchange, own, sent, outcome } = openExchange();
    own.text = text;
    await exchange.sendMine();
    expect(sent).toEqual([]);
    expect(outcome()).toBe(wanted);
  });

  test("so is a browser that does not let the page read, and a connection that is gone", async () => {
    const { exchange, own, wire, outcome } = openExchange();
    own.isOpen = false;
    await exchange.sendMine();
    expect(outcome()).toBe("ownBlocked");
    own.isOpen = true;
    wire.isUp = false;
    await exchange.sendMine();
    expect(outcome()).toBe("notConnected");
  });
});

describe("getting", () => {
  test("the customer's text arrives where it was asked for", async () => {
    const { exchange, own, hear, sent, outcome } = openExchange();
    exchange.getTheirs();
    expect(sent).toEqual([{ type: "ask" }]);
    await hear({ type: "text", text: "theirs" });
    expect(own.text).toBe("theirs");
    expect(outcome()).toBe("got");
  });

  test("a text that nobody asked for is not let in", async () => {
    const { own, hear } = openExchange();
    await hear({ type: "text", text: "evil" });
    expect(own.text).toBe("mine");
  });

  test.each([
    ["theirsEmpty", { type: "empty" }],
    ["theirsTooLong", { type: "tooLong" }],
  ] as const)("%s is told", async (wanted, answer) => {
    const { exchange, hear, outcome } = openExchange();
    exchange.getTheirs();
    await hear(answer);
    expect(outcome()).toBe(wanted);
  });

  test("no answer is told, and one that comes too late is not let in", async () => {
    const { exchange, own, hear, outcome } = openExchange();
    exchange.getTheirs();
    vi.advanceTimersByTime(5_000);
    expect(outcome()).toBe("noAnswer");
    await hear({ type: "text", text: "late" });
    expect(own.text).toBe("mine");
  });

  test("while another window has the focus it waits", async () => {
    const { exchange, own, hear, outcome } = openExchange();
    exchange.getTheirs();
    own.isOpen = false;
    await hear({ type: "text", text: "theirs" });
    expect(outcome()).toBe("ownBlocked");
    own.isOpen = true;
    await exchange.focused();
    expect(own.text).toBe("theirs");
    expect(outcome()).toBe("got");
  });
});

describe("following", () => {
  test("what changes goes both ways, once", async () => {
    const { exchange, own, hear, sent, isFollowing } = openExchange();
    exchange.follow(true);
    await vi.waitFor(() => expect(sent).toHaveLength(2));
    expect(sent).toEqual([
      { type: "follow", isOn: true },
      { type: "text", text: "mine" },
    ]);
    await exchange.focused();
    await hear({ type: "text", text: "theirs" });
    await exchange.focused();
    expect(own.text).toBe("theirs");
    expect(sent).toHaveLength(2);
    own.text = "newer";
    await exchange.focused();
    expect(sent.at(-1)).toEqual({ type: "text", text: "newer" });
    expect(isFollowing()).toBe(true);
  });

  test("a tool that comes anew is told", () => {
    const { exchange, sent } = openExchange();
    exchange.begin();
    expect(sent).toEqual([]);
    exchange.follow(true);
    exchange.begin();
    expect(sent.filter(({ type }) => type === "follow")).toHaveLength(2);
  });

  test("ends with the permission", async () => {
    const { exchange, own, hear, isFollowing } = openExchange();
    exchange.follow(true);
    exchange.setAllowed(false);
    expect(isFollowing()).toBe(false);
    await hear({ type: "text", text: "theirs" });
    expect(own.text).toBe("mine");
  });
});
