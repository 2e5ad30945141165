declare global {
  interface Window {
    /** There from the first bytes of a page until its own script listens: see {@link recoverPage}. */
    pageRecovery?: { release(): void } | undefined;
  }
}

/**
 * Asks again for the scripts and style sheets that did not arrive, as when the network changes while a page loads: without one of them
 * the page is seen, but listens to nobody, and no browser asks a second time. They are asked for in place, so that the page then goes on
 * as if they had been slow, with everything that was typed and pressed; it is not loaded anew. That is left for a page that cannot
 * become whole any more (its files belong to a version that the server no longer has, or all has arrived and still nothing listens), and
 * happens once, and only while no field holds anything typed. Whatever takes longer is said in the page, beside a button to reload.
 *
 * What is lost after the page listens is for the bundler's runtime, which tries twice and then shows the page `error.tsx`.
 *
 * It goes into the page as text, to run before anything else: it may use nothing from outside itself, and no syntax that a compiler
 * replaces by a helper.
 *
 * @param noticeId of the hidden element that says so; a button in it reloads the page
 */
export function recoverPage(noticeId: string): void {
  const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];
  const LONGEST_PAUSE_MS = 15_000;
  /** So many tries may fail before it is said. */
  const SILENT_TRIES = 2;
  /** A file that takes longer is asked for again: connections from before a change of networks hang. */
  const FILE_LIMIT_MS = 30_000;
  const LOADING_LIMIT_MS = 30_000;
  /** From the last file to a page that listens, also on a very slow machine. */
  const START_LIMIT_MS = 10_000;
  /** Kept by the tab until a page of it listens. */
  const RELOADED = "madoguchi.reloaded";

  /** How often each file was asked for again without success. */
  const tries = new Map<string, number>();
  const missing = new Set<string>();
  let isListening = false;

  const tell = () => {
    const notice = document.getElementById(noticeId);
    if (notice && !isListening) notice.hidden = false;
  };

  const isTyped = () =>
    Array.from(document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea")).some(
      ({ value, defaultValue }) => value !== defaultValue,
    );
  const isFirstReload = () => {
    try {
      if (sessionStorage.getItem(RELOADED)) return false;
      sessionStorage.setItem(RELOADED, "1");
      return true;
    } catch {
      // Nothing can be remembered in this browser: it might go on for ever.
      return false;
    }
  };
  const loadAnew = () => {
    // Without the notice this is another page already, such as that of a failure.
    if (isListening || !document.getElementById(noticeId)) return;
    if (navigator.onLine && !isTyped() && isFirstReload()) location.reload();
    else tell();
  };

  const insert = (lost: HTMLScriptElement | HTMLLinkElement, url: string) => {
    missing.delete(url);
    if (lost instanceof HTMLLinkElement) {
      lost.replaceWith(lost.cloneNode());
      return;
    }
    // A copy of the element would count as run already. The address is as it was written: the bundler knows its files by it.
    const script = document.createElement("script");
    script.async = true;
    script.nonce = lost.nonce;
    script.setAttribute("src", lost.getAttribute("src") ?? url);
    document.head.appendChild(script);
  };

  const askAgain = (lost: HTMLScriptElement | HTMLLinkElement, url: string) => {
    const before = tries.get(url) ?? 0;
    tries.set(url, before + 1);
    missing.add(url);
    if (before >= SILENT_TRIES || !navigator.onLine) tell();

    const ask = () => {
      clearTimeout(pause);
      window.removeEventListener("online", ask);
      const limit = new AbortController();
      const hanging = setTimeout(() => limit.abort(), FILE_LIMIT_MS);
      // Past the browser's cache, which may hold what a hotel's sign-in page answered instead; the element then finds it there.
      fetch(url, { cache: "reload", signal: limit.signal })
        .then<ArrayBuffer | number>((answer) => (answer.ok ? answer.arrayBuffer() : answer.status))
        .then((file) => {
          if (file === 404) {
            missing.delete(url);
            loadAnew();
          } else if (typeof file === "number") {
            askAgain(lost, url);
          } else {
            insert(lost, url);
          }
        })
        .catch(() => askAgain(lost, url))
        .finally(() => clearTimeout(hanging));
    };
    const pause = setTimeout(ask, PAUSES_MS[before] ?? LONGEST_PAUSE_MS);
    window.addEventListener("online", ask);
  };

  const hear = (event: Event) => {
    const lost = event.target;
    const isFile =
      lost instanceof HTMLScriptElement || (lost instanceof HTMLLinkElement && lost.rel === "stylesheet");
    if (!isFile) return;
    const url = lost instanceof HTMLScriptElement ? lost.src : lost.href;
    if (!url.startsWith(`${location.origin}/`)) return;
    // Or the bundler's runtime would give the page up after one more try, and show a failure instead.
    event.stopImmediatePropagation();
    askAgain(lost, url);
  };
  const press = (event: Event) => {
    const pressed = event.target instanceof Element ? event.target.closest("button") : null;
    if (pressed && document.getElementById(noticeId)?.contains(pressed)) location.reload();
  };
  window.addEventListener("error", hear, true);
  window.addEventListener("click", press);
  const slow = setTimeout(tell, LOADING_LIMIT_MS);
  let silent: ReturnType<typeof setTimeout> | undefined;
  window.addEventListener("load", () => {
    silent = setTimeout(() => (missing.size > 0 ? tell() : loadAnew()), START_LIMIT_MS);
  });

  window.pageRecovery = {
    release: () => {
      window.pageRecovery = undefined;
      isListening = true;
      clearTimeout(slow);
      clearTimeout(silent);
      window.removeEventListener("error", hear, true);
      window.removeEventListener("click", press);
      const said = document.getElementById(noticeId);
      if (said) said.hidden = true;
      try {
        sessionStorage.removeItem(RELOADED);
      } catch {
        // Then nothing was remembered either.
      }
    },
  };
}
