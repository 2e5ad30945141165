import { AppError } from "@/lib/app-error";
import { parseJson } from "@/lib/parse-json";
import type { ControlStep, Requestable } from "@/protocol/control";
import type { Permissions } from "@/protocol/permissions";
import { DEFAULT_PICTURE_MODE, type PictureMode, pictureWishSchema } from "@/protocol/picture-mode";
import type { VideoSource } from "@/protocol/signalling";
import { surfaceOfTrack } from "./capture";
import { CustomerControl, freshCustomerControl } from "./control/customer-control";
import type { FileTransfers } from "./files/file-transfers";
import { waitingOffers } from "./files/files-state";
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
  readonly #control: CustomerControl;
  readonly subscribe: Store<CustomerSnapshot>["subscribe"];
  readonly getSnapshot: Store<CustomerSnapshot>["getSnapshot"];
  #track: MediaStreamTrack;
  /** What the operator wants of the picture, for as long as this page lives. */
  #pictureMode: PictureMode = DEFAULT_PICTURE_MODE;

  constructor({ picture, ...options }: CustomerSessionOptions) {
    this.#track = videoTrack(picture.stream);
    const store = new Store<CustomerSnapshot>({
      ...freshSnapshot(options.chat),
      picture: { ...picture, paused: false },
      pointer: null,
      control: freshCustomerControl,
    });
    this.#store = store;
    this.subscribe = store.subscribe;
    this.getSnapshot = store.getSnapshot;
    const marks = new RemoteMarks({
      read: store.getSnapshot,
      update: (patch) => store.update(patch),
    });
    this.#control = new CustomerControl({
      read: store.getSnapshot,
      update: (control) => store.update({ control }),
      send: (label, message) => this.#core.relay?.send(label, message) ?? false,
      surface: () => (store.getSnapshot().picture?.source === "screen" ? surfaceOfTrack(this.#track) : null),
    });
    this.#core = new SessionCore({
      ...options,
      role: "customer",
      update: (patch) => store.update(patch),
      handlers: {
        onOther: (other) => store.update({ ...other, ...(!other.otherPresent && { pointer: null }) }),
        onObservers: (observers) => store.update({ observers }),
        onTool: (toolPresent) => {
          store.update({ toolPresent });
          this.#control.follow();
        },
        onPermissions: (permissions, isDeclined) => {
          store.update({ permissions, ...(!permissions.pointer && { pointer: null, strokes: [] }) });
          this.#control.follow(isDeclined);
        },
        onPicture: () => {
          // Operators send no picture; a relay that offers one is not obeyed.
        },
        onUnshowable: () => {
          // As little as a picture.
        },
        onMessage: (label, message) => {
          if (label === "picture") {
            this.#takePictureWish(message);
            return;
          }
          marks.hear(label, message);
          this.#control.hear(label, message);
        },
        onChannel: (label) => {
          marks.begin(label);
          this.#control.channelOpened(label);
        },
      },
      onJoined: (relay) => this.#show(relay),
      onOpen: () => this.#control.opened(),
      onState: (state) => {
        if (state.phase !== "live") store.update({ pointer: null });
        // A page that will not come back must not go on capturing the screen.
        if (isOver(state)) this.#release();
      },
    });
    this.#watchTrack(this.#track);
    let release: (() => void) | null = null;
    this.files.subscribe(() => {
      if (waitingOffers(this.files.getSnapshot()).length > 0) release ??= this.hold();
      else {
        release?.();
        release = null;
      }
    });
  }

  /** Files both ways between operator and customer. */
  get files(): FileTransfers {
    return this.#core.files;
  }

  /** Joins and shows the picture, and stays joined until the session ends. Further calls change nothing. */
  start(): void {
    this.#core.start();
  }

  /** Leaves without ending the session, and stops capturing. */
  close(): void {
    this.#core.close();
    this.#control.close();
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
    this.#control.follow();
    before.onended = null;
    before.stop();
    const { relay } = this.#core;
    // Without a relay there is nothing to replace: the next joining shows the new picture.
    if (relay) await relay.showVideo(this.#track, picture.source, this.#pictureMode);
  }

  /** @throws AppError when the relay did not take it; the permissions stay as they were */
  async setPermissions(permissions: Permissions): Promise<void> {
    const { relay } = this.#core;
    if (!relay) throw new AppError("UNAVAILABLE");
    this.#control.decided(permissions);
    await relay.setPermissions(permissions);
  }

  /** The customer's no to what the operator asks for; a yes is {@link setPermissions}. */
  deny(permission: Requestable): void {
    this.#control.deny(permission);
  }

  /** The page asks the customer something that an operator who controls must not answer. @returns to be called when that is over */
  hold(): () => void {
    return this.#control.hold();
  }

  /** Opens a dialog of the browser that the operator must not answer. @throws AppError when nobody can be kept from that */
  guard<T>(open: () => Promise<T>): Promise<T> {
    return this.#control.guard(open);
  }

  /** Lets the operator know what this page waits for on the way to control; null: nothing. */
  tellStep(step: ControlStep | null): void {
    this.#control.tellStep(step);
  }

  /** @returns false when the text is empty or too long; otherwise it is in the conversation and will be delivered */
  sendChat(text: string): boolean {
    return this.#core.say(text);
  }

  async #show(relay: RelayConnection): Promise<void> {
    const { picture } = this.#store.getSnapshot();
    this.#store.update({ strokes: [] });
    await relay.showVideo(this.#track, picture?.source ?? "screen", this.#pictureMode);
    if (picture?.paused) await relay.pauseVideo();
  }

  /** The operator may choose how the customer's picture is encoded: it changes nothing of what is shown. */
  #takePictureWish(message: string): void {
    const wish = pictureWishSchema.safeParse(parseJson(message)).data;
    if (!wish) return;
    if (wish.type === "choose") this.#pictureMode = wish.mode;
    const { relay } = this.#core;
    relay?.setPictureMode(this.#pictureMode).then(
      () => this.#reportPictureMode(),
      (error: unknown) => {
        // The picture goes on as it was; the operator's side asks again, and the next joining applies the wish anyway.
        console.warn("The picture could not be encoded as the operator wishes.", error);
      },
    );
  }

  #reportPictureMode(): void {
    this.#core.relay?.send("picture", { type: "applied", mode: this.#pictureMode });
  }

  #setPaused(paused: boolean): void {
    const { picture } = this.#store.getSnapshot();
    if (!picture || picture.paused === paused) return;
    this.#store.update({ picture: { ...picture, paused }, ...(paused && { pointer: null }) });
    this.#control.follow();
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
