import type { Destination, FileSink } from "@/media/files/destination";
import type { FileWay } from "@/media/files/file-road";
import { FileTransfers } from "@/media/files/file-transfers";
import { FolderDestination } from "@/media/files/folder-destination";
import type { RelayConnection } from "@/media/relay-connection";
import type { RelayAssignment } from "@/protocol/join-token";
import { joinRelay } from "../bulk/join-relay";

/**
 * What runs in the two pages of the bench "file transfer": the product's own files over its own connection to the relay, and a
 * bare data channel between the same two pages to compare with.
 */

/** What a bare channel is given at a time, and holds at most: as fast as it gets. */
const DIRECT_MESSAGE_BYTES = 65_536;
const DIRECT_BUFFER_BYTES = 1_048_576;
const MEBIBYTE = 1_048_576;

/** Different mebibytes of a file, so that a wrong order is found out: a prime, as whatever goes wrong does so at powers of two. */
const DIFFERENT_MEBIBYTES = 37;

/** A file of any length that the browser holds: it is read as one on a disk is, and the page has no work with its bytes but that. */
function madeFile(length: number): Blob {
  const different = Array.from(
    { length: DIFFERENT_MEBIBYTES },
    (_, at) => new Blob([new Uint8Array(MEBIBYTE).fill(at)]),
  );
  const all = Array.from(
    { length: Math.ceil(length / MEBIBYTE) },
    (_, at) => different[at % different.length],
  );
  return new Blob(all.filter((one) => one !== undefined)).slice(0, length);
}

/** Takes everything and keeps nothing: disks are no part of the comparison. */
class NowhereDestination implements Destination {
  readonly kept = null;
  readonly filesAtOnce = 1;

  async open(): Promise<FileSink> {
    return { write: async () => {}, close: async () => {}, abort: async () => {} };
  }

  async finish(): Promise<null> {
    return null;
  }

  async discard(): Promise<void> {}
}

let connection: RelayConnection | null = null;
let way: FileWay = { isLive: false, isOtherPresent: false, isPermitted: true };
const files = new FileTransfers({
  openLink: async () => {
    if (!connection) throw new Error("Not joined.");
    return await connection.openBulk();
  },
});

function changeWay(part: Partial<FileWay>): void {
  way = { ...way, ...part };
  files.setWay(way);
}

let peer: RTCPeerConnection | null = null;
let channel: RTCDataChannel | null = null;
let directBytes = 0;

const inPage = {
  /** Joins, or joins again after the relay was restarted. */
  async join(assignment: RelayAssignment): Promise<void> {
    changeWay({ isLive: false });
    connection?.close();
    connection = await joinRelay(assignment, {
      onOther: ({ otherPresent }) => changeWay({ isOtherPresent: otherPresent }),
      onBulkStream: (stream, link) => files.receive(stream, link),
    });
    changeWay({ isLive: true });
  },

  isReady: () => way.isLive && way.isOtherPresent,

  /** Offers so many files of such a length. */
  offer(count: number, bytes: number): void {
    const refusal = files.offer(
      Array.from({ length: count }, (_, at) => ({
        path: count === 1 ? ["file"] : ["folder", `${at}.bin`],
        file: count === 1 ? madeFile(bytes) : new Blob([new Uint8Array(bytes).fill(at % 251)]),
      })),
    );
    if (refusal) throw new Error(refusal);
  },

  hasOffer: () => files.getSnapshot().transfers[0]?.state.phase === "offered",

  /** Takes the newest offer. @param inFolder into the browser's private storage, else nowhere */
  async accept(inFolder: boolean): Promise<void> {
    const [offer] = files.getSnapshot().transfers;
    if (offer?.state.phase !== "offered") throw new Error("Nothing is offered.");
    const root = await navigator.storage.getDirectory();
    files.accept(
      offer.id,
      inFolder ? await FolderDestination.in(root, files.offered(offer.id)) : new NowhereDestination(),
    );
  },

  /** How the newest transfer stands. */
  progress() {
    const [newest] = files.getSnapshot().transfers;
    return newest
      ? { phase: newest.state.phase, doneBytes: newest.doneBytes, atMs: performance.now() }
      : null;
  },

  async countStored(): Promise<number> {
    const root = await navigator.storage.getDirectory();
    let count = 0;
    for await (const handle of (await root.getDirectoryHandle("folder")).values())
      count += handle.kind === "file" ? 1 : 0;
    return count;
  },

  // --- The bare channel

  async directOffer(): Promise<string> {
    peer = new RTCPeerConnection();
    channel = peer.createDataChannel("bare");
    channel.binaryType = "arraybuffer";
    await peer.setLocalDescription();
    return await gathered(peer);
  },

  async directAnswer(offer: string): Promise<string> {
    peer = new RTCPeerConnection();
    peer.ondatachannel = (event) => {
      channel = event.channel;
      channel.binaryType = "arraybuffer";
      channel.onmessage = ({ data }) => {
        if (data instanceof ArrayBuffer) directBytes += data.byteLength;
      };
    };
    await peer.setRemoteDescription({ type: "offer", sdp: offer });
    await peer.setLocalDescription();
    return await gathered(peer);
  },

  async directOpen(answer: string): Promise<void> {
    await peer?.setRemoteDescription({ type: "answer", sdp: answer });
  },

  isDirectOpen: () => channel?.readyState === "open",

  /** Sends so many bytes as fast as the channel takes them. */
  async directSend(bytes: number): Promise<void> {
    const open = channel;
    if (!open) throw new Error("There is no channel.");
    open.bufferedAmountLowThreshold = DIRECT_BUFFER_BYTES / 2;
    const message = new Uint8Array(DIRECT_MESSAGE_BYTES);
    for (let sent = 0; sent < bytes; sent += message.length) {
      if (open.bufferedAmount > DIRECT_BUFFER_BYTES) {
        await new Promise((resolve) => open.addEventListener("bufferedamountlow", resolve, { once: true }));
      }
      open.send(message.subarray(0, Math.min(message.length, bytes - sent)));
    }
  },

  directReceived: () => directBytes,
};

/** The description with all its candidates. */
async function gathered(connecting: RTCPeerConnection): Promise<string> {
  if (connecting.iceGatheringState !== "complete") {
    await new Promise<void>((resolve) => {
      connecting.addEventListener("icegatheringstatechange", () => {
        if (connecting.iceGatheringState === "complete") resolve();
      });
    });
  }
  return connecting.localDescription?.sdp ?? "";
}

declare global {
  var fileBench: FileBenchInPage;
}
export type FileBenchInPage = typeof inPage;
globalThis.fileBench = inPage;
