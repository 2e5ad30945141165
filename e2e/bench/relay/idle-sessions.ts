import { z } from "zod";
import {
  type NativePeer,
  NativePeer as Peer,
  sentVideo,
  vp8Packet,
} from "../../../relay/testing/native-peer";
import { SignallingClient } from "../../../relay/testing/signalling-client";

/**
 * A process that keeps both sides of idle sessions, so that their memory is not the relay's and not the bench's: real ICE, DTLS
 * and SCTP, the pointer's, the pen's and both chat's channels open, and a video that the customer has paused.
 */
const sideSchema = z.object({ signallingUrl: z.string(), token: z.string() });
export const idleSessionsCommandSchema = z.discriminatedUnion("do", [
  z.object({
    do: z.literal("open"),
    origin: z.string(),
    sessions: z.array(z.object({ operator: sideSchema, customer: sideSchema })),
  }),
  z.object({ do: z.literal("end") }),
]);
export type IdleSessionsCommand = z.infer<typeof idleSessionsCommandSchema>;
type Side = z.infer<typeof sideSchema>;

/** Sessions that are being opened at the same time; more would only wait for each other's handshakes. */
const AT_ONCE = 4;

const sessions: { operator: NativePeer; customer: NativePeer }[] = [];

async function obey(command: IdleSessionsCommand): Promise<void> {
  if (command.do === "end") {
    for (const { operator, customer } of sessions.splice(0)) {
      await customer.client.request("endSession", {});
      await Promise.all([operator.client.closedBy(), customer.client.closedBy()]);
      operator.close();
      customer.close();
    }
    return;
  }
  const waiting = [...command.sessions];
  const openAll = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const operator = await join(next.operator, command.origin);
      const customer = await join(next.customer, command.origin);
      await open({ operator, customer });
      sessions.push({ operator, customer });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, openAll));
}

async function join({ signallingUrl, token }: Side, origin: string): Promise<NativePeer> {
  const client = await SignallingClient.connect(signallingUrl, { origin });
  return await Peer.connect(client, await client.join(token));
}

async function open({ operator, customer }: { operator: NativePeer; customer: NativePeer }): Promise<void> {
  await operator.sendOn("pointer");
  await operator.sendOn("annotation");
  await operator.sendOn("chat");
  await customer.sendOn("chat");
  const { producerId } = await customer.client.request("produce", {
    source: "screen",
    rtpParameters: sentVideo,
  });
  const { consumerId } = await operator.client.notified("newConsumer");
  await operator.client.request("resumeConsumer", { consumerId });
  customer.sendingTrack.send(vp8Packet({ sequence: 1, keyFrame: true }));
  await customer.client.request("pauseProducer", { producerId });
}

if (process.send !== undefined) {
  process.on("message", (message) => {
    obey(idleSessionsCommandSchema.parse(message)).then(
      () => process.send?.({ done: true }),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  });
  process.once("disconnect", () => process.exit(0));
}
