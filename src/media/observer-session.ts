import { RemoteMarks } from "./remote-marks";
import { freshSnapshot, SessionCore, type SessionOptions } from "./session-core";
import type { ObserverSnapshot } from "./session-state";
import { Store } from "./store";

/**
 * A supervisor who watches a support session: gets the customer's picture and what the operator points at and draws, and has
 * nothing to send. Framework-free; a page watches it through {@link subscribe} and {@link getSnapshot}.
 */
export class ObserverSession {
  readonly #core: SessionCore;
  readonly subscribe: Store<ObserverSnapshot>["subscribe"];
  readonly getSnapshot: Store<ObserverSnapshot>["getSnapshot"];

  constructor(options: Pick<SessionOptions, "join">) {
    const store = new Store<ObserverSnapshot>({ ...freshSnapshot(), pointer: null });
    this.subscribe = store.subscribe;
    this.getSnapshot = store.getSnapshot;
    const marks = new RemoteMarks({
      read: store.getSnapshot,
      update: (patch) => store.update(patch),
    });
    this.#core = new SessionCore({
      ...options,
      role: "observer",
      update: (patch) => store.update(patch),
      handlers: {
        onOther: (other) => store.update({ ...other, ...(!other.otherPresent && { pointer: null }) }),
        onObservers: (observers) => store.update({ observers }),
        onTool: (toolPresent) => store.update({ toolPresent }),
        onPermissions: (permissions) =>
          store.update({ permissions, ...(!permissions.pointer && { pointer: null, strokes: [] }) }),
        // A drawing belongs to the picture it was drawn on.
        onPicture: (picture) => {
          const changed = picture?.stream !== store.getSnapshot().picture?.stream;
          store.update({ picture, ...(changed && { pointer: null, strokes: [] }) });
        },
        onUnshowable: (unshowable) => store.update({ unshowable }),
        onMessage: (label, message) => marks.hear(label, message),
        onChannel: (label) => marks.begin(label),
      },
      onJoined: async () => {
        // The relay offers the picture by itself.
      },
      onState: ({ phase }) => {
        if (phase !== "live") store.update({ pointer: null });
        if (phase === "ended" || phase === "failed") store.update({ picture: null });
      },
    });
  }

  /** Joins, and stays joined until the session ends. Further calls change nothing. */
  start(): void {
    this.#core.start();
  }

  /** Stops watching; the session goes on. */
  close(): void {
    this.#core.close();
  }
}
