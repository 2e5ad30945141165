import type { SignallingOutput } from "@/protocol/signalling";

export type TransportOptions = SignallingOutput<"join">["recvTransport"];

/** The SHA-256 fingerprint of a session description (RFC 8122). */
export function fingerprintOf(sdp: string): string | null {
  return /^a=fingerprint:sha-256 (\S+)/im.exec(sdp)?.[1] ?? null;
}

/** The name of the one media section of an offer. */
export function midOf(offer: string): string {
  return /^a=mid:(\S+)/m.exec(offer)?.[1] ?? "0";
}

/**
 * The answer that a browser would make up for itself from a relay's transport parameters: an ICE-lite peer (RFC 8445, 2.5) that waits for
 * the DTLS handshake, with data channels alone (RFC 8841). Its TCP candidates are shown to libdatachannel another way (tcp-ways.ts),
 * so that the candidates do not end here.
 */
export function relayAnswer(
  { iceParameters, iceCandidates, dtlsParameters, sctpParameters }: TransportOptions,
  offer: string,
): string {
  const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === "sha-256");
  const mid = midOf(offer);
  return [
    "v=0",
    "o=- 1 1 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=ice-lite",
    `a=group:BUNDLE ${mid}`,
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "c=IN IP4 127.0.0.1",
    `a=mid:${mid}`,
    "a=sendrecv",
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    `a=fingerprint:sha-256 ${fingerprint?.value ?? ""}`,
    "a=setup:passive",
    `a=sctp-port:${sctpParameters.port}`,
    `a=max-message-size:${sctpParameters.maxMessageSize}`,
    ...iceCandidates
      .filter(({ protocol }) => protocol === "udp")
      .map(
        ({ foundation, priority, address, port }) =>
          `a=candidate:${foundation} 1 udp ${priority} ${address} ${port} typ host`,
      ),
    "",
  ].join("\r\n");
}
