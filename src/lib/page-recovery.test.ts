import { type DOMWindow, JSDOM, VirtualConsole } from "jsdom";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { recoverPage } from "./page-recovery";

const ORIGIN = "https://support.example";
const chunk = `${ORIGIN}/_next/static/chunks/page.js`;
const html = `<body>
  <script src="/_next/static/chunks/page.js" async nonce="n"></script>
  <link rel="stylesheet" href="/_next/static/chunks/page.css">
  <script src="https://elsewhere.example/other.js" async></script>
  <div id="incomplete" hidden><button>Reload</button></div>
  <input name="company"><input type="password">
</body>`;

const ask = vi.fn<(url: string, init: RequestInit) => Promise<Response>>();
const answers = {
  whole: () => Promise.resolve(new Response("file")),
  busy: () => Promise.resolve(new Response("", { status: 503 })),
  gone: () => Promise.resolve(new Response("", { status: 404 })),
  away: () => Promise.reject(new TypeError("Failed to fetch")),
};

beforeEach(() => {
  vi.useFakeTimers();
  ask.mockReset().mockImplementation(answers.whole);
});
afterEach(() => {
  vi.useRealTimers();
});

/** A page that has the function as text, as browsers get it. */
function openPage({ remembered = false } = {}) {
  let reloads = 0;
  // jsdom does not navigate, and says so.
  const virtualConsole = new VirtualConsole().on("jsdomError", ({ message }) => {
    if (message.includes("navigation")) reloads += 1;
  });
  const { window } = new JSDOM(html, {
    url: `${ORIGIN}/signin`,
    runScripts: "outside-only",
    virtualConsole,
    beforeParse: (page: DOMWindow) => {
      Object.assign(page, { setTimeout, clearTimeout, fetch: ask, AbortController });
    },
  });
  // A test says itself when all has arrived.
  window.addEventListener("load", (event) => event.isTrusted && event.stopImmediatePropagation());
  const { document } = window;
  if (remembered) window.sessionStorage.setItem("madoguchi.reloaded", "1");
  window.eval(`(${recoverPage})("incomplete")`);
  const element = (selector: string) => {
    const found = document.querySelector<HTMLElement>(selector);
    if (!found) throw new Error(`The page has no ${selector}.`);
    return found;
  };
  return {
    window,
    element,
    lose: (selector: string) => element(selector).dispatchEvent(new window.Event("error")),
    scripts: () => document.querySelectorAll('script[src="/_next/static/chunks/page.js"]'),
    isTold: () => !element("#incomplete").hidden,
    reloads: () => reloads,
  };
}

const script = 'script[nonce="n"]';

describe("a script that does not arrive", () => {
  it("is asked for again past the cache, and run in the same page", async () => {
    const page = openPage();
    page.lose(script);
    expect(ask).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(500);
    expect(ask).toHaveBeenCalledExactlyOnceWith(chunk, expect.objectContaining({ cache: "reload" }));
    expect(page.scripts()).toHaveLength(2);
    expect(page.isTold()).toBe(false);
    expect(page.reloads()).toBe(0);
  });

  it("is not given up by those that wait for it", () => {
    const page = openPage();
    const heard = vi.fn();
    page.element(script).addEventListener("error", heard);
    page.lose(script);
    expect(heard).not.toHaveBeenCalled();
  });

  it.each(["away", "busy"] as const)(
    "is asked for with growing pauses while the server is %s, and this is said",
    async (state) => {
      const page = openPage();
      ask.mockImplementation(answers[state]);
      page.lose(script);
      await vi.advanceTimersByTimeAsync(500);
      expect(page.isTold()).toBe(false);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(page.isTold()).toBe(true);
      await vi.advanceTimersByTimeAsync(2_000 + 4_000 + 8_000);
      expect(ask).toHaveBeenCalledTimes(5);
      await vi.advanceTimersByTimeAsync(60_000);
      expect(ask).toHaveBeenCalledTimes(9);
      expect(page.scripts()).toHaveLength(1);

      ask.mockImplementation(answers.whole);
      await vi.advanceTimersByTimeAsync(15_000);
      expect(page.scripts()).toHaveLength(2);
      page.window.pageRecovery?.release();
      expect(page.isTold()).toBe(false);
      expect(page.reloads()).toBe(0);
    },
  );

  it("is asked for as soon as the browser has a network, and once", async () => {
    const page = openPage();
    vi.spyOn(page.window.navigator, "onLine", "get").mockReturnValue(false);
    page.lose(script);
    expect(page.isTold()).toBe(true);
    page.window.dispatchEvent(new page.window.Event("online"));
    await vi.advanceTimersByTimeAsync(0);
    expect(page.scripts()).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it("is not waited for longer than a connection may hang", async () => {
    const page = openPage();
    ask.mockImplementation(
      (_url, { signal }) =>
        new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
    );
    page.lose(script);
    await vi.advanceTimersByTimeAsync(500 + 30_000 + 1_000);
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it("of somebody else is none of ours", async () => {
    const page = openPage();
    page.lose('script[src^="https://elsewhere"]');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ask).not.toHaveBeenCalled();
  });
});

it("a style sheet is asked for again in its place", async () => {
  const page = openPage();
  const lost = page.element("link");
  page.lose("link");
  await vi.advanceTimersByTimeAsync(500);
  expect(lost.isConnected).toBe(false);
  expect(page.element("link").outerHTML).toBe(lost.outerHTML);
});

describe("a page that cannot become whole", () => {
  it("is loaded anew, once, when the server has its files no more", async () => {
    const page = openPage();
    ask.mockImplementation(answers.gone);
    page.lose(script);
    await vi.advanceTimersByTimeAsync(500);
    expect(page.reloads()).toBe(1);

    const again = openPage({ remembered: true });
    again.lose(script);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(again.reloads()).toBe(0);
    expect(again.isTold()).toBe(true);
  });

  it("is left as it is while something is typed into it; its button reloads", async () => {
    const page = openPage();
    ask.mockImplementation(answers.gone);
    page.element("input").setAttribute("value", "from the server");
    Object.assign(page.element("input"), { value: "minato" });
    page.lose(script);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(page.reloads()).toBe(0);
    expect(page.isTold()).toBe(true);
    page.element("#incomplete button").click();
    expect(page.reloads()).toBe(1);
  });

  it("is loaded anew, once, when all has arrived and still nothing listens", async () => {
    const page = openPage();
    page.window.dispatchEvent(new page.window.Event("load"));
    await vi.advanceTimersByTimeAsync(9_999);
    expect(page.reloads()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(page.reloads()).toBe(1);
  });

  it("says so when it takes very long", async () => {
    const page = openPage();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(page.isTold()).toBe(true);
    expect(page.reloads()).toBe(0);
  });
});

describe("a page that listens", () => {
  it("is left alone from then on", async () => {
    const page = openPage({ remembered: true });
    page.window.pageRecovery?.release();
    expect(page.window.sessionStorage).toHaveLength(0);
    const heard = vi.fn();
    page.element(script).addEventListener("error", heard);
    page.lose(script);
    page.window.dispatchEvent(new page.window.Event("load"));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(heard).toHaveBeenCalledOnce();
    expect(ask).not.toHaveBeenCalled();
    expect(page.isTold()).toBe(false);
    expect(page.reloads()).toBe(0);
  });

  it("gets what was lost before, and is not loaded anew for it", async () => {
    const page = openPage();
    ask.mockImplementationOnce(answers.away).mockImplementationOnce(answers.gone);
    page.lose(script);
    page.lose("link");
    page.window.pageRecovery?.release();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(page.scripts()).toHaveLength(2);
    expect(page.reloads()).toBe(0);
  });
});
