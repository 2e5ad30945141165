import { CONSENTED_PERMISSIONS } from "@/protocol/permissions";
import type { JoinRole } from "@/protocol/roles";
import { Chat } from "./chat";
import { QUALITY_INTERVAL_MS, QualityMeter } from "./quality";
import type { RelayConnection, RelayConnectionHandlers } from "./relay-connection";
import { type JoinCall, SessionConnection } from "./session-connection";
import type { ChatEntry, ConnectionState, SessionSnapshot } from "./session-state";

/** What a session is told by its page. */
export interface SessionOptions {
  /** Asks the management server for a relay and a fresh token; its refusal ends the trying. */
  join: JoinCall;
  /** The conversation so far, after a reload. */
  chat?: readonly ChatEntry[];
}

interface SessionCoreOptions extends SessionOptions {
  role: JoinRole;
  /** Puts what is new into the side's own snapshot. */
  update: (patch: Partial<SessionSnapshot>) => void;
  /** What the side does about what the relay says; the chat is seen to here. */
  handlers: Omit<RelayConnectionHandlers, "onEnded" | "onLost" | "onLink">;
  onJoined: (relay: RelayConnection) => Promise<void>;
  onState: (state: ConnectionState) => void;
}

/** How a session looks before anything has come over the connection. */
export function freshSnapshot(chat: readonly ChatEntry[] = []): SessionSnapshot {
  return {
    connection: { phase: "connecting" },
    otherPresent: false,
    otherEndsAt: null,
    observers: [],
    permissions: CONSENTED_PERMISSIONS,
    picture: null,
    strokes: [],
    chat,
    quality: null,
  };
}

/** Whether this page will not be in the session again by itself. */
export function isOver({ phase }: ConnectionState): boolean {
  return phase === "ended" || phase === "failed" || phase === "replaced";
}

/** What the sessions of both sides and of observers are made of: a connection that comes back by itself, a conversation, and a look at the quality. */
export class SessionCore {
  readonly #options: SessionCoreOptions;
  readonly #connection: SessionConnection;
  readonly #chat: Chat;
  readonly #meter = new QualityMeter();
  #state: ConnectionState = { phase: "connecting" };
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: SessionCoreOptions) {
    this.#options = options;
    const { handlers, update } = options;
    this.#chat = new Chat({
      entries: options.chat,
      send: (message) => this.relay?.send("chat", message) ?? false,
      onChange: (chat) => update({ chat }),
    });
    this.#connection = new SessionConnection({
      join: options.join,
      isSide: options.role !== "observer",
      handlers: {
        ...handlers,
        onMessage: (label, message) =>
          label === "chat" ? this.#chat.receive(message) : handlers.onMessage(label, message),
        onChannel: (label) => {
          if (label === "chat") this.#chat.sendUndelivered();
          handlers.onChannel(label);
        },
      },
      onJoined: async (relay) => {
        await options.onJoined(relay);
        this.#chat.sendUndelivered();
      },
      onState: (state) => {
        this.#state = state;
        update({ connection: state, ...(state.phase !== "live" && { quality: null }) });
        if (isOver(state)) clearInterval(this.#timer);
        options.onState(state);
      },
    });
  }

  /** The relay while the connection lives. */
  get relay(): RelayConnection | null {
    return this.#connection.relay;
  }

  get connection(): SessionConnection {
    return this.#connection;
  }

  /** @returns false when the text is empty or too long; otherwise it is in the conversation and will be delivered */
  say(text: string): boolean {
    return this.#chat.say(text);
  }

  /** Joins, and stays joined until the session ends. Further calls change nothing. */
  start(): void {
    this.#connection.start();
    this.#timer ??= setInterval(() => void this.#look(), QUALITY_INTERVAL_MS);
  }

  /** Leaves without ending the session. */
  close(): void {
    clearInterval(this.#timer);
    this.#connection.close();
  }

  async #look(): Promise<void> {
    const { relay } = this;
    if (!relay || this.#state.phase !== "live") return;
    this.#chat.sendUndelivered();
    const { role, update } = this.#options;
    const quality = this.#meter.measure(await relay.statistics(role), role);
    if (this.relay === relay) update({ quality });
  }
}
