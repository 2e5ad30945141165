// @vitest-environment jsdom
import { NextIntlClientProvider } from "next-intl";
import { act } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { messages } from "@/i18n/messages";
import type { ErrorCode } from "@/lib/error-table";
import { freshCustomerControl } from "@/media/control/customer-control";
import { freshSnapshot } from "@/media/session-core";
import { CustomerStatus } from "./customer-status";

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

async function showFailed(
  locale: "en" | "ja",
  error: ErrorCode,
): Promise<{ text: string; buttons: string[] }> {
  const snapshot = {
    ...freshSnapshot(),
    connection: { phase: "failed", error } as const,
    pointer: null,
    control: freshCustomerControl,
  };
  await act(async () =>
    root.render(
      <NextIntlClientProvider locale={locale} messages={messages[locale]} timeZone="UTC">
        <CustomerStatus
          state="failed"
          snapshot={snapshot}
          source="screen"
          operatorName="Sato"
          companyName="Minato"
          begin={() => undefined}
          control={{ kind: "none" }}
        />
      </NextIntlClientProvider>,
    ),
  );
  const buttons = [...container.querySelectorAll("button")].map((button) => button.textContent ?? "");
  return { text: container.textContent ?? "", buttons };
}

test.each([
  ["en", "This page is out of date.", "Reload the page"],
  ["ja", "このページは古くなっています。", "ページを再読み込み"],
] as const)(
  "a page of another version is told to reload, and nothing else (%s)",
  async (locale, sentence, button) => {
    const { text, buttons } = await showFailed(locale, "PROTOCOL_VERSION");
    expect(text).toContain(sentence);
    expect(buttons).toEqual([button]);
  },
);

test("any other failure can be tried again from here", async () => {
  const { text, buttons } = await showFailed("en", "UNAVAILABLE");
  expect(text).not.toContain("out of date");
  expect(buttons).toEqual(["Try again"]);
});
