import { z } from "zod";
import { AppError } from "@/lib/app-error";
import { assertUnreachable } from "@/lib/assert-unreachable";
import type { JoinRole } from "@/protocol/roles";
import {
  observerMethods,
  SIGNALLING_PROTOCOL_VERSION,
  type SignallingMethod,
  type SignallingOutput,
  type SignallingRequest,
  signallingMethods,
  toolMethods,
} from "@/protocol/signalling";
import type { Peer } from "../rooms/peer";

/** Sends the one answer to a request. */
export type Answer = (output: SignallingOutput<SignallingMethod>) => void;

/**
 * Carries out one request. The answer goes out from within, because its place among the notifications matters: after what the
 * request must have done, before what it makes others do.
 *
 * @throws AppError with the code to answer
 */
export async function handleRequest(
  peer: Peer,
  { method, data }: SignallingRequest,
  answer: Answer,
): Promise<void> {
  // Who has not joined learns nothing, not even whether its parameters are well formed.
  if (method !== "join" && peer.phase !== "joined") throw new AppError("UNAUTHENTICATED");
  if (method !== "join" && !mayAsk(peer.membership.role, method)) throw new AppError("PERMISSION_DENIED");
  switch (method) {
    case "join":
      assertVersion(data);
      await peer.join(parse(signallingMethods.join.input, data), answer);
      return;
    case "ping":
      parse(signallingMethods.ping.input, data);
      answer({});
      return;
    case "connectTransport":
      await peer.membership.media.connectTransport(parse(signallingMethods.connectTransport.input, data));
      answer({});
      return;
    case "restartIce":
      answer(await peer.membership.media.restartIce(parse(signallingMethods.restartIce.input, data)));
      return;
    case "receive": {
      const { room, media } = peer.membership;
      media.receive(parse(signallingMethods.receive.input, data));
      answer({});
      await room.connectStreams();
      return;
    }
    case "openBulkTransports":
      await peer.openBulkTransports(parse(signallingMethods.openBulkTransports.input, data), answer);
      return;
    case "closeBulkTransports":
      parse(signallingMethods.closeBulkTransports.input, data);
      peer.membership.media.closeBulk();
      answer({});
      return;
    case "produce": {
      const { room, media } = peer.membership;
      answer(await media.produce(parse(signallingMethods.produce.input, data)));
      await room.connectStreams();
      return;
    }
    case "pauseProducer":
      await peer.membership.media.pauseProducer(parse(signallingMethods.pauseProducer.input, data));
      answer({});
      return;
    case "resumeProducer":
      await peer.membership.media.resumeProducer(parse(signallingMethods.resumeProducer.input, data));
      answer({});
      return;
    case "closeProducer":
      peer.membership.media.closeProducer(parse(signallingMethods.closeProducer.input, data));
      answer({});
      return;
    case "produceData": {
      const { room, media } = peer.membership;
      const output = await media.produceData(parse(signallingMethods.produceData.input, data));
      // The way on stands before the sender is told to begin, so that its first message has somewhere to go.
      await room.connectStreams();
      answer(output);
      return;
    }
    case "resumeConsumer":
      await peer.membership.media.resumeConsumer(parse(signallingMethods.resumeConsumer.input, data));
      answer({});
      return;
    case "requestKeyFrame":
      peer.membership.media.requestKeyFrame(parse(signallingMethods.requestKeyFrame.input, data));
      answer({});
      return;
    case "setPermissions":
      await peer.setPermissions(parse(signallingMethods.setPermissions.input, data).permissions);
      answer({});
      return;
    case "carryChannels":
      parse(signallingMethods.carryChannels.input, data);
      // The ways to the others stand before the answer: what the tool sends then has somewhere to go.
      await peer.carryChannels();
      answer({});
      return;
    case "heardBytes":
      parse(signallingMethods.heardBytes.input, data);
      answer({
        bytes: await peer.membership.media.receivedBytes(),
        isReturned: peer.membership.media.stir(),
      });
      return;
    case "revokeControl":
      await peer.revokeControl(parse(signallingMethods.revokeControl.input, data));
      answer({});
      return;
    case "endSession":
      parse(signallingMethods.endSession.input, data);
      answer({});
      peer.endSession();
      return;
    default:
      assertUnreachable(method);
  }
}

/** The two sides have the run of the methods; what of them is one side's alone is refused where it is carried out. */
function mayAsk(role: JoinRole, method: SignallingMethod): boolean {
  if (role === "observer") return observerMethods.has(method);
  return role !== "tool" || toolMethods.has(method);
}

const versioned = z.looseObject({ protocolVersion: z.int() });

/** Before the rest is looked at: what another version says beside may well be unknown here. */
function assertVersion(data: unknown): void {
  const told = versioned.safeParse(data);
  if (told.success && told.data.protocolVersion !== SIGNALLING_PROTOCOL_VERSION) {
    throw new AppError("PROTOCOL_VERSION");
  }
}

function parse<S extends z.ZodType>(schema: S, data: unknown): z.output<S> {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw new AppError("MESSAGE_MALFORMED");
  return parsed.data;
}
