import type { BulkError } from "../bulk-error";
import { type BulkChannel, BulkLink } from "../bulk-link";
import type { BulkReceiver } from "../bulk-receiver";

/** A channel in memory that can be looked into: frames lie on the way until they are delivered. */
class TestChannel implements BulkChannel {
  readonly onTheWay: Uint8Array<ArrayBuffer>[] = [];
  /** What was sent, delivered or not. */
  sentBytes = 0;
  bufferedBytes = 0;
  isOpen = true;
  onSend: () => void = () => {};

  send(frame: Uint8Array<ArrayBuffer>): void {
    if (!this.isOpen) throw new Error("the channel is closed");
    this.onTheWay.push(frame.slice());
    this.sentBytes += frame.length;
    this.onSend();
  }
}

/** One end of a pair: its link, its way out, and what its owner has been told. */
export interface LinkEnd {
  readonly link: BulkLink;
  readonly channel: TestChannel;
  readonly streams: BulkReceiver[];
  readonly closings: BulkError[];
  /** Told of each stream as well. */
  onStream: (stream: BulkReceiver, link: BulkLink) => void;
}

/** A link whose frames go nowhere by themselves. */
export function lonelyEnd(): LinkEnd {
  const channel = new TestChannel();
  const streams: BulkReceiver[] = [];
  const closings: BulkError[] = [];
  const link = new BulkLink({
    channel,
    onStream: (stream, on) => {
      streams.push(stream);
      end.onStream(stream, on);
    },
    onClosed: (error) => closings.push(error),
  });
  const end: LinkEnd = { link, channel, streams, closings, onStream: () => {} };
  return end;
}

/** Two links that hear each other; `isHeld` keeps what is sent from one of them on the way. */
export async function connectedPair(): Promise<{
  a: LinkEnd;
  b: LinkEnd;
  hold: (end: LinkEnd, isHeld: boolean) => void;
}> {
  const [a, b] = [lonelyEnd(), lonelyEnd()];
  const held = new Set<LinkEnd>();
  const carry = (from: LinkEnd, to: LinkEnd) => {
    while (!held.has(from)) {
      const frame = from.channel.onTheWay.shift();
      if (!frame) return;
      to.link.receive(frame.buffer);
    }
  };
  const soon = (from: LinkEnd, to: LinkEnd) => queueMicrotask(() => carry(from, to));
  a.channel.onSend = () => soon(a, b);
  b.channel.onSend = () => soon(b, a);
  carry(a, b);
  carry(b, a);
  await Promise.all([a.link.opened(), b.link.opened()]);
  return {
    a,
    b,
    hold: (end, isHeld) => {
      if (isHeld) {
        held.add(end);
        return;
      }
      held.delete(end);
      soon(a, b);
      soon(b, a);
    },
  };
}
