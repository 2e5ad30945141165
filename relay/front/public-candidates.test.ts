import type { IceCandidate } from "mediasoup/types";
import { expect, test } from "vitest";
import { PublicCandidates } from "./public-candidates";

const media = {
  workers: 2,
  listenAddress: "192.0.2.1",
  announcedAddress: undefined,
  port: 8443,
  tcpThroughFront: true,
  initialOutgoingBitrateBps: 1,
  maxIncomingBitrateBps: 1,
  allocator: undefined,
};
const front = { certificateFile: "c", keyFile: "k", siteUrl: null, announcedPort: undefined };

function candidate(protocol: "udp" | "tcp", port: number): IceCandidate {
  const address = "192.0.2.1";
  return { foundation: "f", priority: 1, address, ip: address, protocol, port, type: "host" };
}
/** Of the second worker, as mediasoup says it. */
const own = [candidate("udp", 8444), candidate("tcp", 40_123)];

function portsOf(config: ConstructorParameters<typeof PublicCandidates>[0], tcpPort?: number): number[] {
  const candidates = new PublicCandidates(config);
  candidates.tcpPort = tcpPort;
  return candidates.of(own).map(({ port }) => port);
}

test("without the front the workers' own ports are told", () => {
  expect(portsOf({ front: null, media })).toEqual([8444, 40_123]);
});

test("TCP is told at the front's port, UDP at the worker's", () => {
  expect(portsOf({ front, media }, 8443)).toEqual([8444, 8443]);
});

test("behind NAT both are told as the outside sees them", () => {
  expect(portsOf({ front: { ...front, announcedPort: 443 }, media }, 8443)).toEqual([444, 443]);
});
