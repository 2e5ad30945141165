import ndc, { type DataChannel, type PeerConnection, type Track } from "node-datachannel";
import { type ChannelLabel, channelRule } from "@/protocol/data-channels";
import type { SignallingInput, SignallingOutput } from "@/protocol/signalling";
import type { SignallingClient } from "./signalling-client";
import { until } from "./until";

export type TransportOptions = SignallingOutput<"join">["recvTransport"];

/** Channel ids of this side's own count from here, far from those that the relay gives to its consumers (from 0). */
const FIRST_OWN_STREAM_ID = 64;
/** A channel that carries nothing: without one there would be no SCTP association to begin with. */
const IDLE_STREAM_ID = 127;
/** As many of the relay's streams stand from the beginning: libdatachannel closes a stream on which something comes too early, for good. */
const STREAMS_AHEAD = 32;
const VP8_PAYLOAD_TYPE = 96;
export const VIDEO_SSRC = 0x1234_5678;

/** A side of a session with real media transports: libdatachannel speaks ICE, DTLS, SCTP and SRTP with the relay. */
export class NativePeer {
  readonly client: SignallingClient;
  readonly joined: SignallingOutput<"join">;
  readonly #sending: NativeTransport | null;
  readonly #receiving: NativeTransport;
  #nextStreamId = FIRST_OWN_STREAM_ID;

  private constructor(
    client: SignallingClient,
    joined: SignallingOutput<"join">,
    sending: NativeTransport | null,
    receiving: NativeTransport,
  ) {
    this.client = client;
    this.joined = joined;
    this.#sending = sending;
    this.#receiving = receiving;
  }

  /** Connects its transports and tells the relay that this peer listens. */
  static async connect(client: SignallingClient, joined: SignallingOutput<"join">): Promise<NativePeer> {
    const { sendTransport } = joined;
    const [sending, receiving] = await Promise.all([
      sendTransport && NativeTransport.connect(client, sendTransport, "SendOnly"),
      NativeTransport.connect(client, joined.recvTransport, "RecvOnly"),
    ]);
    await client.request("receive", { rtpCapabilities: joined.routerRtpCapabilities });
    return new NativePeer(client, joined, sending, receiving);
  }

  /** Opens a channel to send on. */
  async sendOn(label: ChannelLabel): Promise<{ send: (text: string) => void; dataProducerId: string }> {
    const { ordered, maxRetransmits } = channelRule(label);
    const streamId = this.#nextStreamId;
    this.#nextStreamId += 1;
    const channel = await this.#sender.openChannel(label, streamId, { ordered, maxRetransmits });
    const { dataProducerId } = await this.client.request("produceData", {
      label,
      sctpStreamParameters: {
        streamId,
        ordered,
        ...(maxRetransmits === undefined ? {} : { maxRetransmits }),
      },
    });
    return { send: (text) => channel.sendMessage(text), dataProducerId };
  }

  /** Opens the other side's channel when the relay names it; the list fills with what arrives. */
  async receiveOn(label: ChannelLabel): Promise<string[]> {
    const { sctpStreamParameters } = await this.client.notified(
      "newDataConsumer",
      (one) => one.label === label,
    );
    const received: string[] = [];
    const { streamId, ordered = true } = sctpStreamParameters;
    const channel = await this.#receiving.openChannel(label, streamId, { ordered });
    channel.onMessage((message) => received.push(String(message)));
    return received;
  }

  /** The video track: what is sent is RTP; what is received is RTP or, on the sending side, RTCP. */
  get sendingTrack(): NativeTrack {
    return this.#sender.track;
  }

  get #sender(): NativeTransport {
    if (!this.#sending) throw new Error("observers have nothing to send over");
    return this.#sending;
  }

  get receivingTrack(): NativeTrack {
    return this.#receiving.track;
  }

  close(): void {
    this.#sending?.close();
    this.#receiving.close();
  }
}

/** What {@link NativePeer.sendingTrack} sends, as `produce` wants to know it. */
export const sentVideo = {
  mid: "video",
  codecs: [
    {
      mimeType: "video/VP8",
      payloadType: VP8_PAYLOAD_TYPE,
      clockRate: 90_000,
      rtcpFeedback: [{ type: "nack" }, { type: "nack", parameter: "pli" }],
    },
  ],
  encodings: [{ ssrc: VIDEO_SSRC }],
};

/** A VP8 frame in one RTP packet (RFC 7741); the smallest that a relay can tell for a key frame or not. */
export function vp8Packet({ sequence, keyFrame }: { sequence: number; keyFrame: boolean }): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt8(0x80, 0);
  header.writeUInt8(0x80 | VP8_PAYLOAD_TYPE, 1);
  header.writeUInt16BE(sequence, 2);
  header.writeUInt32BE(sequence * 3_000, 4);
  header.writeUInt32BE(VIDEO_SSRC, 8);
  // Payload descriptor: start of partition 0. Then the frame tag, whose lowest bit is 0 for a key frame.
  const frameTag = keyFrame ? 0x10 : 0x11;
  return Buffer.concat([
    header,
    Buffer.from([0x10, frameTag, 0x02, 0x00, 0x9d, 0x01, 0x2a, 1, 0, 1, 0, 0, 0]),
  ]);
}

/** Whether an RTCP packet holds a Picture Loss Indication (RFC 4585, 6.3.1): the request for a key frame. */
export function asksForKeyFrame(packet: Buffer): boolean {
  for (let offset = 0; offset + 4 <= packet.length; offset += (packet.readUInt16BE(offset + 2) + 1) * 4) {
    if (packet[offset + 1] === 206 && ((packet[offset] ?? 0) & 0x1f) === 1) return true;
  }
  return false;
}

export interface NativeTrack {
  readonly received: Buffer[];
  send(packet: Buffer): void;
}

/** Whoever takes a transport's DTLS parameters: a session's signalling, or a check's. */
interface TransportConnector {
  request(method: "connectTransport", data: SignallingInput<"connectTransport">): Promise<unknown>;
}

/** One transport to the relay, as a browser makes it. */
export class NativeTransport {
  readonly track: NativeTrack;
  readonly #connection: PeerConnection;
  /** Kept from garbage collection: a channel that nobody holds goes silent. */
  readonly #channels: DataChannel[] = [];
  /** Those on which the relay may send, by their stream; what comes waits until somebody listens. */
  readonly #ahead = new Map<number, DataChannel>();

  private constructor(connection: PeerConnection, track: Track) {
    this.#connection = connection;
    const received: Buffer[] = [];
    track.onMessage((message) => received.push(Buffer.from(message)));
    this.track = {
      received,
      send: (packet) => {
        track.sendMessageBinary(packet);
      },
    };
  }

  static async connect(
    client: TransportConnector,
    options: TransportOptions,
    direction: "SendOnly" | "RecvOnly",
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<NativeTransport> {
    const connection = new ndc.PeerConnection(direction, { iceServers: [], disableAutoNegotiation: true });
    let offer: string | undefined;
    let state = "new";
    connection.onLocalDescription((sdp) => {
      offer = sdp;
    });
    connection.onStateChange((next) => {
      state = next;
    });
    const video = new ndc.Video("video", direction);
    video.addVP8Codec(VP8_PAYLOAD_TYPE);
    if (direction === "SendOnly") video.addSSRC(VIDEO_SSRC, "video", "video", "video");
    const transport = new NativeTransport(connection, connection.addTrack(video));
    transport.#channels.push(connection.createDataChannel("idle", { negotiated: true, id: IDLE_STREAM_ID }));
    for (let id = 0; direction === "RecvOnly" && id < STREAMS_AHEAD; id += 1)
      transport.#ahead.set(id, connection.createDataChannel("", { negotiated: true, id }));
    connection.setLocalDescription("offer");
    try {
      const localSdp = await until("there is an offer", () => offer);
      const value = /a=fingerprint:sha-256 (\S+)/i.exec(localSdp)?.[1] ?? "";
      await client.request("connectTransport", {
        transportId: options.id,
        dtlsParameters: { role: "client", fingerprints: [{ algorithm: "sha-256", value }] },
      });
      connection.setRemoteDescription(iceLiteAnswer(options, localSdp), "answer");
      await until(`the ${direction} transport is connected`, () => {
        signal?.throwIfAborted();
        return state === "connected";
      });
      return transport;
    } catch (error) {
      transport.close();
      throw error;
    }
  }

  async openChannel(
    label: string,
    id: number,
    { ordered, maxRetransmits }: { ordered: boolean; maxRetransmits?: number | undefined },
  ): Promise<DataChannel> {
    const channel =
      this.#ahead.get(id) ??
      this.#connection.createDataChannel(label, {
        negotiated: true,
        id,
        unordered: !ordered,
        ...(maxRetransmits === undefined ? {} : { maxRetransmits }),
      });
    this.#ahead.delete(id);
    this.#channels.push(channel);
    await until(`channel ${label} is open`, () => channel.isOpen());
    return channel;
  }

  close(): void {
    this.#connection.close();
  }
}

/** The answer that a browser would get for its offer, made from the relay's transport parameters. */
export function iceLiteAnswer(
  { iceParameters, iceCandidates, dtlsParameters }: TransportOptions,
  offer: string,
): string {
  const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === "sha-256");
  const mids = [...offer.matchAll(/^a=mid:(\S+)/gm)].map(([, mid]) => mid);
  const direction = offer.includes("a=sendonly") ? "recvonly" : "sendonly";
  const transport = [
    "c=IN IP4 127.0.0.1",
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    `a=fingerprint:sha-256 ${fingerprint?.value}`,
    "a=setup:passive",
    ...iceCandidates
      .filter(({ protocol }) => protocol === "udp")
      .map(
        (one) => `a=candidate:${one.foundation} 1 udp ${one.priority} ${one.address} ${one.port} typ host`,
      ),
    "a=end-of-candidates",
  ];
  const sections = mids.map((mid) =>
    mid === "video"
      ? [
          `m=video 9 UDP/TLS/RTP/SAVPF ${VP8_PAYLOAD_TYPE}`,
          ...transport,
          `a=mid:${mid}`,
          `a=${direction}`,
          "a=rtcp-mux",
          `a=rtpmap:${VP8_PAYLOAD_TYPE} VP8/90000`,
          `a=rtcp-fb:${VP8_PAYLOAD_TYPE} nack pli`,
        ]
      : [
          "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
          ...transport,
          `a=mid:${mid}`,
          "a=sendrecv",
          "a=sctp-port:5000",
          "a=max-message-size:262144",
        ],
  );
  return [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=ice-lite",
    `a=group:BUNDLE ${mids.join(" ")}`,
    ...sections.flat(),
    "",
  ].join("\r\n");
}
