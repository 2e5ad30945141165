import { type Observer, otherRole, type Role } from "@/protocol/roles";
import type { SignallingNotification } from "@/protocol/signalling";
import type { Absences } from "./absences";
import type { JoinedPeer, PeerIdentity } from "./joined-peer";
import { PictureCodecs } from "./picture-codecs";
import { isSide, type Places } from "./places";

/** Tells everybody in a room who else is there, and the customer which codecs those who look at the picture can show. */
export class Presence {
  readonly #places: Places;
  readonly #absences: Pick<Absences, "endsInMs">;
  readonly #pictureCodecs = new PictureCodecs();

  constructor(places: Places, absences: Pick<Absences, "endsInMs">) {
    this.#places = places;
    this.#absences = absences;
  }

  /** Who watches, as everybody is told. */
  get observers(): Observer[] {
    return this.#places.watching.map(({ observer }) => observer);
  }

  /** Tells everybody. */
  tell(notification: SignallingNotification, except?: JoinedPeer): void {
    for (const peer of this.#places.everybody) if (peer !== except) peer.notify(notification);
  }

  /** Tells those whom it concerns that somebody came, is gone, or is not heard. @param except who came */
  tellOf(identity: PeerIdentity, except?: JoinedPeer): void {
    if (isSide(identity)) this.#tellOfSide(identity.role);
    else if (identity.role === "tool") this.#tellOfTool();
    else this.tell({ type: "notification", event: "observersChanged", observers: this.observers }, except);
  }

  /** Tells the customer, unless nothing has changed about it. */
  tellPictureCodecs(): void {
    const operator = this.#places.sides.get("operator");
    const observers = [...this.#places.observers.values()];
    this.#pictureCodecs.tell(
      this.#places.sides.get("customer"),
      operator ? [operator, ...observers] : observers,
    );
  }

  /** Tells the other side that this one is ready for bulk data. */
  announceBulk(identity: PeerIdentity): void {
    if (!isSide(identity)) return;
    this.#places.sides
      .get(otherRole(identity.role))
      ?.notify({ type: "notification", event: "otherOpenedBulk" });
  }

  /**
   * To an observer the customer is the other side: it is the customer's picture that is looked at. To a tool it is the operator, whose
   * input it carries out.
   */
  #tellOfSide(role: Role): void {
    const endsInMs = this.#absences.endsInMs(role);
    const notification: SignallingNotification =
      endsInMs === null
        ? { type: "notification", event: "otherJoined" }
        : { type: "notification", event: "otherLeft", endsInMs };
    this.#places.sides.get(otherRole(role))?.notify(notification);
    const others = role === "customer" ? this.#places.observers.values() : [this.#places.tool];
    for (const peer of others) peer?.notify(notification);
  }

  #tellOfTool(): void {
    const isPresent = this.#places.tool !== undefined;
    for (const peer of this.#places.sides.values()) {
      peer.notify({ type: "notification", event: "toolPresence", isPresent });
    }
  }
}
