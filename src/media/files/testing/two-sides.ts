import { randomFillSync } from "node:crypto";
import { expect, vi } from "vitest";
import { BulkError } from "../../bulk/bulk-error";
import { connectedPair, type LinkEnd } from "../../bulk/testing/link-pair";
import type { OfferedFile } from "../file-entries";
import { FileTransfers } from "../file-transfers";
import type { TransferView } from "../files-state";
import type { MemoryDestination } from "./memory-destination";

export const OPEN = { isLive: true, isOtherPresent: true, isPermitted: true };

/** The two sides of a session whose link can be cut. */
export class Sides {
  a: FileTransfers;
  b: FileTransfers;
  #pair: ReturnType<typeof connectedPair> | null = null;
  links = 0;
  /** As a side that is told of the other's stream before it knows its own way. */
  isWithoutLink: "a" | "b" | null = null;
  /** Who does not want the other's next stream, once; both ends of its link are closed when either is, as a connection's are. */
  refuses: "b" | null = null;

  constructor() {
    this.a = new FileTransfers({ openLink: async () => (await this.#linkOf("a")).link });
    this.b = new FileTransfers({ openLink: async () => (await this.#linkOf("b")).link });
    this.a.setWay(OPEN);
    this.b.setWay(OPEN);
  }

  #link() {
    this.#pair ??= connectedPair().then((pair) => {
      this.links += 1;
      pair.a.onStream = (stream, link) => this.a.receive(stream, link);
      pair.b.onStream = (stream, link) => {
        if (this.refuses === null) return this.b.receive(stream, link);
        this.refuses = null;
        stream.stop();
      };
      void pair.a.link.closed().then(() => this.#over(pair));
      return pair;
    });
    return this.#pair;
  }

  async #linkOf(side: "a" | "b"): Promise<LinkEnd> {
    if (this.isWithoutLink === side) throw new BulkError("lost");
    return (await this.#link())[side];
  }

  #over(pair: Awaited<ReturnType<typeof connectedPair>>): void {
    pair.b.link.close(new BulkError("lost"));
    this.#pair = null;
  }

  async end(side: "a" | "b"): Promise<LinkEnd> {
    return (await this.#link())[side];
  }

  async cut(end: "lost" | "revoked" = "lost"): Promise<void> {
    const pair = await this.#link();
    this.#pair = null;
    pair.a.link.close(new BulkError(end));
    pair.b.link.close(new BulkError(end));
  }
}

export function files(...contents: Uint8Array[]): OfferedFile[] {
  return contents.map((content, at) => ({ path: [`file ${at}`], file: new Blob([new Uint8Array(content)]) }));
}

/** Compared at once: a matcher looks at each byte for itself. */
export function expectFiles(destination: MemoryDestination, contents: readonly Uint8Array[]): void {
  const same = contents.map((content, at) =>
    Buffer.from(content).equals(destination.files.get(at) ?? Buffer.from("none")),
  );
  expect(same).toEqual(contents.map(() => true));
}

export const random = (length: number) => randomFillSync(new Uint8Array(length));

export async function seen(
  side: FileTransfers,
  wanted: (view: TransferView) => boolean,
  at = 0,
): Promise<TransferView> {
  return await vi.waitFor(
    () => {
      const view = side.getSnapshot().transfers[at];
      if (!view || !wanted(view)) throw new Error(`It is ${JSON.stringify(view?.state)}.`);
      return view;
    },
    { timeout: 10_000, interval: 5 },
  );
}

export const isIn = (phase: TransferView["state"]["phase"]) => (view: TransferView) =>
  view.state.phase === phase;

export async function takeNext(side: FileTransfers, destination: MemoryDestination): Promise<string> {
  const { id } = await seen(side, isIn("offered"));
  side.accept(id, destination);
  return id;
}
