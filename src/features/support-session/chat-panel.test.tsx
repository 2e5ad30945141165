// @vitest-environment jsdom
import { NextIntlClientProvider } from "next-intl";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { messages } from "@/i18n/messages";
import type { ChatEntry } from "@/media/session-state";
import { CHAT_MAX_LENGTH } from "@/protocol/data-channels";
import { ChatPanel } from "./chat-panel";
import { useUnread } from "./use-chat";

let root: Root;
let container: HTMLElement;

beforeEach(() => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  container = document.body.appendChild(document.createElement("div"));
  root = createRoot(container);
});

afterEach(async () => {
  await act(async () => root.unmount());
  container.remove();
  vi.unstubAllGlobals();
});

let counter = 0;
const entry = (text: string, from: ChatEntry["from"] = "other", delivered = true): ChatEntry => {
  counter += 1;
  return {
    messageId: `0198a5a0-0000-7000-8000-${String(counter).padStart(12, "0")}`,
    from,
    text,
    sentAt: new Date("2026-01-02T03:04:05Z"),
    delivered,
  };
};

async function show(entries: readonly ChatEntry[], onSend: (text: string) => boolean = () => true) {
  await act(async () =>
    root.render(
      <NextIntlClientProvider locale="en" messages={messages.en} timeZone="UTC">
        <ChatPanel entries={entries} otherName="Customer" onSend={onSend} />
      </NextIntlClientProvider>,
    ),
  );
}

function field(): HTMLTextAreaElement {
  const found = container.querySelector("textarea");
  if (!found) throw new Error("There is no field.");
  return found;
}

async function type(text: string): Promise<void> {
  await act(async () => {
    // The way around React's own bookkeeping of the value, so that it hears of the change as of a person's.
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set?.call(field(), text);
    field().dispatchEvent(new Event("input", { bubbles: true }));
  });
}

async function press(key: string, more: KeyboardEventInit = {}): Promise<KeyboardEvent> {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  await act(async () => {
    field().dispatchEvent(event);
  });
  return event;
}

describe("writing", () => {
  test("Enter sends and empties the field", async () => {
    const sent = vi.fn(() => true);
    await show([], sent);
    await type("Please open the settings.");
    await press("Enter");
    expect(sent).toHaveBeenCalledExactlyOnceWith("Please open the settings.");
    expect(field().value).toBe("");
  });

  test("Shift + Enter is left to the browser: a new line", async () => {
    const sent = vi.fn(() => true);
    await show([], sent);
    await type("one");
    const event = await press("Enter", { shiftKey: true });
    expect(sent).not.toHaveBeenCalled();
    expect(event.defaultPrevented).toBe(false);
  });

  test("Enter that picks a word of an input method does not send", async () => {
    const sent = vi.fn(() => true);
    await show([], sent);
    await type("せってい");
    await press("Enter", { isComposing: true });
    await press("Enter", { keyCode: 229 });
    expect(sent).not.toHaveBeenCalled();
    expect(field().value).toBe("せってい");
    await press("Enter", { keyCode: 13 });
    expect(sent).toHaveBeenCalledOnce();
  });

  test("the button sends as well, and blanks alone are nothing to send", async () => {
    const sent = vi.fn(() => true);
    await show([], sent);
    await type("  \n ");
    const button = container.querySelector<HTMLButtonElement>("button[type=submit]");
    await act(async () => button?.click());
    expect(sent).not.toHaveBeenCalled();
    await type("ok");
    await act(async () => button?.click());
    expect(sent).toHaveBeenCalledExactlyOnceWith("ok");
  });

  test("a text that is not taken stays, and the page says so until it is changed", async () => {
    await show([], () => false);
    await type("Important");
    await press("Enter");
    expect(field().value).toBe("Important");
    expect(container.querySelector("[role=alert]")?.textContent).toMatch(/could not be sent/);
    await type("Important!");
    expect(container.querySelector("[role=alert]")?.textContent).toBe("");
  });

  test("tells how much room is left only when it gets short", async () => {
    await show([]);
    expect(field().maxLength).toBe(CHAT_MAX_LENGTH);
    await type("a".repeat(1799));
    expect(container.textContent).not.toContain("of 2,000");
    await type("a".repeat(1800));
    expect(container.textContent).toContain("1,800 of 2,000 characters");
  });
});

describe("reading", () => {
  test("what looks like markup is text", async () => {
    await show([entry('<img src=x onerror="alert(1)"><b>bold</b>')]);
    const log = container.querySelector("[role=log]");
    expect(log?.querySelector("img, b")).toBeNull();
    expect(log?.textContent).toContain('<img src=x onerror="alert(1)"><b>bold</b>');
  });

  test("says who wrote, and what has not arrived", async () => {
    await show([entry("Hello"), entry("Hi", "me", false)]);
    const [theirs, mine] = [...container.querySelectorAll("li")].map((item) => item.textContent);
    expect(theirs).toContain("Customer");
    expect(theirs).not.toContain("Not delivered yet");
    expect(mine).toContain("You");
    expect(mine).toContain("Not delivered yet");
  });

  test("a reader who has scrolled up is left there and told what came", async () => {
    const first = [entry("1"), entry("2")];
    await show(first);
    const log = container.querySelector("[role=log]");
    if (!log) throw new Error("There is no log.");
    Object.defineProperties(log, {
      scrollHeight: { value: 900, configurable: true },
      clientHeight: { value: 300, configurable: true },
    });
    log.scrollTop = 100;
    await act(async () => {
      log.dispatchEvent(new Event("scroll"));
    });
    await show([...first, entry("3")]);
    expect(log.scrollTop).toBe(100);
    const pill = [...container.querySelectorAll("button")].find((button) =>
      /1 new message/.test(button.textContent),
    );
    expect(pill).toBeDefined();
    await act(async () => pill?.click());
    expect(log.scrollTop).toBe(900);
    expect(container.textContent).not.toContain("new message");
  });
});

function UnreadCount({ chat, inSight }: { chat: readonly ChatEntry[]; inSight: boolean }) {
  return <output>{useUnread(chat, inSight)}</output>;
}

test("what the other side writes out of sight counts as unread until it is seen", async () => {
  const unread = async (chat: readonly ChatEntry[], inSight: boolean) => {
    await act(async () => root.render(<UnreadCount chat={chat} inSight={inSight} />));
    return container.querySelector("output")?.textContent;
  };
  const chat = [entry("before the page was opened")];
  expect(await unread(chat, false)).toBe("0");
  const more = [...chat, entry("new"), entry("mine", "me")];
  expect(await unread(more, false)).toBe("1");
  expect(await unread(more, true)).toBe("0");
  expect(await unread(more, false)).toBe("0");
});
