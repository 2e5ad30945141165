import ndc, { type PeerConnection, type Track } from "node-datachannel";
import { VIDEO_SSRC } from "../../../relay/testing/native-peer";
import { until } from "../../../relay/testing/until";

export const VP8_PAYLOAD_TYPE = 96;

/** One direction of a video between this process and a server, encrypted as a browser does it: ICE, DTLS, SRTP. */
export interface MediaLeg {
  /** @param packet RTP */
  send: (packet: Buffer) => void;
  /** Whatever arrives, RTP and RTCP. */
  onPacket: (take: (packet: Buffer) => void) => void;
  close: () => void;
}

/**
 * A leg to a server that answers.
 *
 * @param answer takes the offer (SDP) to the server and brings its answer
 */
export async function offerLeg(
  direction: "SendOnly" | "RecvOnly",
  answer: (offer: string) => Promise<string>,
): Promise<MediaLeg> {
  const connection = new ndc.PeerConnection(direction, { iceServers: [], disableAutoNegotiation: true });
  const video = new ndc.Video("video", direction);
  video.addVP8Codec(VP8_PAYLOAD_TYPE);
  if (direction === "SendOnly") video.addSSRC(VIDEO_SSRC, "video", "video", "video");
  const track = connection.addTrack(video);
  connection.setLocalDescription("offer");
  const offer = await gathered(connection);
  connection.setRemoteDescription(await answer(offer), "answer");
  return await connected(connection, track);
}

/** A leg to a server that offers. @param take brings our answer (SDP) to the server */
export async function answerLeg(offer: string, take: (answer: string) => Promise<void>): Promise<MediaLeg> {
  const connection = new ndc.PeerConnection("answer", { iceServers: [], disableAutoNegotiation: true });
  let track: Track | undefined;
  connection.onTrack((offered) => {
    track = offered;
  });
  connection.setRemoteDescription(offer, "offer");
  connection.setLocalDescription("answer");
  await take(await gathered(connection));
  return await connected(connection, await until("the offered track is there", () => track));
}

/** The fingerprint of the certificate in a description. @throws Error when there is none */
export function fingerprintIn(sdp: string): { algorithm: "sha-256"; value: string } {
  const value = /a=fingerprint:sha-256 (\S+)/i.exec(sdp)?.[1];
  if (value === undefined) throw new Error("The description has no fingerprint.");
  return { algorithm: "sha-256", value };
}

/** The local description with all its candidates. */
async function gathered(connection: PeerConnection): Promise<string> {
  await until("candidates are gathered", () => connection.gatheringState() === "complete");
  return await until("there is a description", () => connection.localDescription()?.sdp);
}

async function connected(connection: PeerConnection, track: Track): Promise<MediaLeg> {
  await until("the leg is connected", () => connection.state() === "connected" && track.isOpen());
  return {
    send: (packet) => {
      track.sendMessageBinary(packet);
    },
    onPacket: (take) => track.onMessage(take),
    close: () => connection.close(),
  };
}
