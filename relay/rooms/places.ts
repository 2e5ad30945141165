import type { Observer, Role } from "@/protocol/roles";
import type { JoinedPeer, PeerIdentity } from "./joined-peer";

/** Who is in a room now: one peer a side, one Client Tool, one peer for each account that watches. */
export class Places {
  readonly #sides = new Map<Role, JoinedPeer>();
  /** By the account that watches. */
  readonly #observers = new Map<string, JoinedPeer>();
  #tool: JoinedPeer | undefined;

  get sides(): ReadonlyMap<Role, JoinedPeer> {
    return this.#sides;
  }

  get observers(): ReadonlyMap<string, JoinedPeer> {
    return this.#observers;
  }

  get tool(): JoinedPeer | undefined {
    return this.#tool;
  }

  get everybody(): JoinedPeer[] {
    const tool = this.#tool === undefined ? [] : [this.#tool];
    return [...this.#sides.values(), ...tool, ...this.#observers.values()];
  }

  /** Who watches, and with which sign-in. */
  get watching(): { observer: Observer; signInId: string }[] {
    return [...this.#observers.values()].flatMap(({ identity }) =>
      identity.role === "observer" ? [identity] : [],
    );
  }

  /** Who is in that place now. */
  of(identity: PeerIdentity): JoinedPeer | undefined {
    if (identity.role === "observer") return this.#observers.get(identity.observer.observerId);
    return identity.role === "tool" ? this.#tool : this.#sides.get(identity.role);
  }

  put(peer: JoinedPeer): void {
    const { identity } = peer;
    if (identity.role === "observer") this.#observers.set(identity.observer.observerId, peer);
    else if (identity.role === "tool") this.#tool = peer;
    else this.#sides.set(identity.role, peer);
  }

  vacate(identity: PeerIdentity): void {
    if (identity.role === "observer") this.#observers.delete(identity.observer.observerId);
    else if (identity.role === "tool") this.#tool = undefined;
    else this.#sides.delete(identity.role);
  }

  clear(): void {
    this.#sides.clear();
    this.#observers.clear();
    this.#tool = undefined;
  }
}

/** Whether it is one of the two that the session lives and dies with. */
export function isSide(identity: PeerIdentity): identity is Extract<PeerIdentity, { role: Role }> {
  return identity.role === "operator" || identity.role === "customer";
}
