/** What tells of a changed network: Wi-Fi left, a VPN opened, a machine that slept. */
export class NetworkEvents {
  readonly #onChange: () => void;
  #listening: AbortController | null = null;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  listen(): void {
    this.#listening ??= new AbortController();
    const { signal } = this.#listening;
    window.addEventListener("online", this.#onChange, { signal });
    window.addEventListener("offline", this.#onChange, { signal });
    // A page that comes to the front may have slept; what it knew is checked before somebody looks at it.
    document.addEventListener("visibilitychange", () => !document.hidden && this.#onChange(), { signal });
    // Where the browser tells the kind of network. The event comes for other reasons too, many times a minute.
    if (!("connection" in navigator) || !(navigator.connection instanceof EventTarget)) return;
    const { connection } = navigator;
    let before = kindOf(connection);
    connection.addEventListener(
      "change",
      () => {
        const now = kindOf(connection);
        if (now !== before) this.#onChange();
        before = now;
      },
      { signal },
    );
  }

  close(): void {
    this.#listening?.abort();
    this.#listening = null;
  }
}

function kindOf(connection: EventTarget): unknown {
  return "type" in connection ? connection.type : undefined;
}
