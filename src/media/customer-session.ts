import { AppError } from "@/lib/app-error";
import type { Permissions } from "@/protocol/permissions";
import type { VideoSource } from "@/protocol/signalling";
import type { RelayConnection } from "./relay-connection";
import { RemoteMarks } from "./remote-marks";
import { freshSnapshot, isOver, SessionCore, type SessionOptions } from "./session-core";
import type { CustomerSnapshot } from "./session-state";
import { Store } from "./store";

interface CustomerSessionOptions extends SessionOptions {
  /** What the customer chose to share; the session owns its tracks from here on. */
  picture: { stream: MediaStream; source: VideoSource };
}

/**
 * The customer's side of a support session: shows the chosen picture and receives pointer, drawing and chat. Whatever happens,
 * {@link stop} ends the sharing at once, on this machine first. Framework-free; watched through {@link subscribe} and
 * {@link getSnapshot}.
 */
export class CustomerSession {
  readonly #store: Store<CustomerSnapshot>;
  readonly #core: SessionCore;
  readonly subscribe: Store<CustomerSnapshot>["subscribe"];
  readonly getSnapshot: Store<CustomerSnapshot>["getSnapshot"];
  #track: MediaStreamTrack;

  constructor({ picture, ...options }: CustomerSessionOptions) {
    this.#track = videoTrack(picture.stream);
    const store = new Store<CustomerSnapshot>({
      ...freshSnapshot(options.chat),
      picture: { ...picture, paused: false },
      pointer: null,
    });
    this.#store = store;
    this.subscribe = store.subscribe;
    this.getSnapshot = store.getSnapshot;
    const marks = new RemoteMarks({
      read: store.getSnapshot,
      update: (patch) => store.update(patch),
    });
    this.#core = new SessionCore({
      ...options,
      role: "customer",
      update: (patch) => store.update(patch),
      handlers: {
        onOther: (other) => store.update({ ...other, ...(!other.otherPresent && { pointer: null }) }),
        onObservers: (observers) => store.update({ observers }),
        onPermissions: (permissions) =>
          store.update({ permissions, ...(!permissions.pointer && { pointer: null, strokes: [] }) }),
        onPicture: () => {
          // Operators send no picture; a relay that offers one is not obeyed.
        },
        onMessage: (label, message) => marks.hear(label, message),
        onChannel: (label) => marks.begin(label),
      },
      onJoined: (relay) => this.#show(relay),
      onState: (state) => {
        if (state.phase !== "live") store.update({ pointer: null });
        // A page that will not come back must not go on capturing the screen.
        if (isOver(state)) this.#release();
      },
    });
    this.#watchTrack(this.#track);
  }

  /** Joins and shows the picture, and stays joined until the session ends. Further calls change nothing. */
  start(): void {
    this.#core.start();
  }

  /** Leaves without ending the session, and stops capturing. */
  close(): void {
    this.#core.close();
    this.#release();
  }

  /** Ends the session for both sides. The capture stops at once, whether or not anybody can be reached. */
  async stop(): Promise<void> {
    const { relay } = this.#core;
    this.#release();
    try {
      await relay?.endSession();
    } finally {
      this.#core.connection.end("stopped_by_customer");
    }
  }

  /** Shows nothing for a while; the operator is told so. */
  pause(): void {
    this.#setPaused(true);
  }

  resume(): void {
    this.#setPaused(false);
  }

  /** Shows something else instead; the operator's drawing goes with the old picture. */
  async replacePicture(picture: { stream: MediaStream; source: VideoSource }): Promise<void> {
    const before = this.#track;
    this.#track = videoTrack(picture.stream);
    this.#watchTrack(this.#track);
    this.#store.update({ picture: { ...picture, paused: false }, strokes: [], pointer: null });
    before.onended = null;
    before.stop();
    const { relay } = this.#core;
    // Without a relay there is nothing to replace: the next joining shows the new picture.
    if (relay) await relay.showVideo(this.#track, picture.source);
  }

  /** @throws AppError when the relay did not take it; the permissions stay as they were */
  async setPermissions(permissions: Permissions): Promise<void> {
    const { relay } = this.#core;
    if (!relay) throw new AppError("UNAVAILABLE");
    await relay.setPermissions(permissions);
  }

  /** @returns false when the text is empty or too long; otherwise it is in the conversation and will be delivered */
  sendChat(text: string): boolean {
    return this.#core.say(text);
  }

  async #show(relay: RelayConnection): Promise<void> {
    const { picture } = this.#store.getSnapshot();
    this.#store.update({ strokes: [] });
    await relay.showVideo(this.#track, picture?.source ?? "screen");
    if (picture?.paused) await relay.pauseVideo();
  }

  #setPaused(paused: boolean): void {
    const { picture } = this.#store.getSnapshot();
    if (!picture || picture.paused === paused) return;
    this.#store.update({ picture: { ...picture, paused }, ...(paused && { pointer: null }) });
    const { relay } = this.#core;
    if (!relay) return;
    (paused ? relay.pauseVideo() : relay.resumeVideo()).catch((error: unknown) => {
      // Nothing is sent while paused even so: the browser's own sender stopped first. Only the word of it was lost, and
      // the next joining repeats it.
      console.warn("The relay was not told of the pause.", error);
    });
  }

  /** The browser's own "Stop sharing" is a Stop like any other. */
  #watchTrack(track: MediaStreamTrack): void {
    track.onended = () => {
      this.stop().catch(() => {
        // Already over, or nobody to be reached: either way the sharing has ended here.
      });
    };
  }

  #release(): void {
    this.#track.onended = null;
    this.#track.stop();
    this.#store.update({ picture: null, pointer: null, strokes: [] });
  }
}

/** @throws TypeError when the stream shows nothing */
function videoTrack(stream: MediaStream): MediaStreamTrack {
  const [track] = stream.getVideoTracks();
  if (!track) throw new TypeError("The stream has no video track.");
  return track;
}
