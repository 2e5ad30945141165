import { z } from "zod";
import { iceLiteAnswer, sentVideo } from "../../../relay/testing/native-peer";
import { SignallingClient } from "../../../relay/testing/signalling-client";
import { JanusClient } from "./janus-client";
import { fingerprintIn, type MediaLeg, offerLeg } from "./media-leg";

/** A video that goes to a server and comes back from it. */
export interface ForwardedSession {
  readonly sending: MediaLeg;
  readonly receiving: MediaLeg;
}

const sideSchema = z.object({ signallingUrl: z.string(), token: z.string() });
/** How to get a session at each kind of server. */
export const ticketSchema = z.discriminatedUnion("server", [
  z.object({ server: z.literal("relay"), origin: z.string(), operator: sideSchema, customer: sideSchema }),
  z.object({ server: z.literal("mediasoup"), url: z.string() }),
  z.object({ server: z.literal("janus"), url: z.string(), room: z.int() }),
]);
export type Ticket = z.infer<typeof ticketSchema>;

/** Connects both sides. All servers are told the same: VP8 with NACK and PLI, no extensions, no congestion feedback. */
export async function openForwardedSession(ticket: Ticket): Promise<ForwardedSession> {
  switch (ticket.server) {
    case "relay":
      return await throughRelay(ticket);
    case "mediasoup":
      return await throughMediasoup(ticket.url);
    case "janus":
      return await new JanusClient(ticket.url).openSession(ticket.room);
  }
}

async function throughRelay({
  origin,
  operator,
  customer,
}: Extract<Ticket, { server: "relay" }>): Promise<ForwardedSession> {
  const sharer = await SignallingClient.connect(customer.signallingUrl, { origin });
  const { sendTransport } = await sharer.join(customer.token);
  if (sendTransport === null) throw new Error("The customer has nothing to send over.");
  const sending = await relayLeg(sharer, "SendOnly", sendTransport);
  await sharer.request("produce", { source: "screen", rtpParameters: sentVideo });
  const viewer = await SignallingClient.connect(operator.signallingUrl, { origin });
  const { leg } = await receiveThroughRelay(viewer, operator.token);
  return { sending, receiving: leg };
}

/** Joins as an operator and lets the customer's video flow. */
export async function receiveThroughRelay(
  viewer: SignallingClient,
  token: string,
): Promise<{ leg: MediaLeg; consumerId: string }> {
  const { recvTransport, routerRtpCapabilities } = await viewer.join(token);
  const leg = await relayLeg(viewer, "RecvOnly", recvTransport);
  await viewer.request("receive", { rtpCapabilities: plainVp8(routerRtpCapabilities) });
  const { consumerId } = await viewer.notified("newConsumer");
  await viewer.request("resumeConsumer", { consumerId });
  return { leg, consumerId };
}

async function relayLeg(
  client: SignallingClient,
  direction: "SendOnly" | "RecvOnly",
  transport: TransportOptions,
): Promise<MediaLeg> {
  return await offerLeg(direction, async (offer) => {
    const dtlsParameters = { role: "client" as const, fingerprints: [fingerprintIn(offer)] };
    await client.request("connectTransport", { transportId: transport.id, dtlsParameters });
    return iceLiteAnswer(transport, offer);
  });
}

type TransportOptions = Parameters<typeof iceLiteAnswer>[0];
type RtpCapabilities = Awaited<ReturnType<SignallingClient["join"]>>["routerRtpCapabilities"];

/** What the bare server says is what mediasoup says, and that is what the relay hands on. */
interface BareSession {
  session: number;
  sending: TransportOptions;
  receiving: TransportOptions;
  routerRtpCapabilities: RtpCapabilities;
}

async function throughMediasoup(url: string): Promise<ForwardedSession> {
  const opened: BareSession = await callBare(url, "open", {});
  const { session } = opened;
  const leg = (direction: "SendOnly" | "RecvOnly", side: "sending" | "receiving") =>
    offerLeg(direction, async (offer) => {
      await callBare(url, "connect", { session, side, fingerprint: fingerprintIn(offer) });
      return iceLiteAnswer(opened[side], offer);
    });
  const sending = await leg("SendOnly", "sending");
  const receiving = await leg("RecvOnly", "receiving");
  const rtpCapabilities = plainVp8(opened.routerRtpCapabilities);
  await callBare(url, "forward", { session, rtpParameters: sentVideo, rtpCapabilities });
  return { sending, receiving };
}

async function callBare<T>(url: string, call: string, data: object): Promise<T> {
  const response = await fetch(`${url}/${call}`, { method: "POST", body: JSON.stringify(data) });
  if (!response.ok) throw new Error(`${call} failed: ${await response.text()}`);
  return await response.json();
}

/** No more than the native sides speak: they answer no congestion feedback, and waiting for it would slow a server down. */
function plainVp8({ codecs = [] }: RtpCapabilities): RtpCapabilities {
  return {
    codecs: codecs
      .filter(({ mimeType }) => mimeType === "video/VP8")
      .map((codec) => ({
        ...codec,
        rtcpFeedback: (codec.rtcpFeedback ?? []).filter(({ type }) => type === "nack"),
      })),
    headerExtensions: [],
  };
}
