import type { SignallingOutput } from "@/protocol/signalling";

export type Joined = SignallingOutput<"join">;
export type TransportOptions = Joined["recvTransport"];

/**
 * Puts a bridge before each of a peer's transports.
 *
 * @param open makes one, and says where the peer finds it
 * @returns what the peer is told of the relay: the bridges in its place
 */
export async function bridgeTransports<Bridge>(
  joined: Joined,
  open: (
    options: TransportOptions,
  ) => Promise<{ bridge: Bridge; candidate: TransportOptions["iceCandidates"][number] }>,
): Promise<{ joined: Joined; bridges: Bridge[] }> {
  const bridges: Bridge[] = [];
  const bridged = async (options: TransportOptions): Promise<TransportOptions> => {
    const { bridge, candidate } = await open(options);
    bridges.push(bridge);
    return { ...options, iceCandidates: [candidate] };
  };
  const sendTransport = joined.sendTransport && (await bridged(joined.sendTransport));
  return {
    joined: { ...joined, sendTransport, recvTransport: await bridged(joined.recvTransport) },
    bridges,
  };
}
