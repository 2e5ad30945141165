import { expect, it } from "vitest";
import { type CheckSnapshot, freshCheck } from "@/media/connectivity-check";
import { missingOpenings, portRanges } from "./openings";

const facts: CheckSnapshot["facts"] = {
  signallingUrls: ["wss://relay.example/signalling", "ws://localhost:4443/signalling"],
  media: [
    { protocol: "udp", address: "203.0.113.5", port: 44_401 },
    { protocol: "udp", address: "203.0.113.5", port: 44_400 },
    { protocol: "tcp", address: "203.0.113.5", port: 443 },
  ],
  turnUrls: ["turns:turn.example:443?transport=tcp", "turn:turn.example", "turns:[2001:db8::1]"],
};
const failed = { state: "failed" } as const;

it("names what failed and nothing else", () => {
  const steps = { ...freshCheck.steps, udp: failed };
  expect(missingOpenings({ steps, facts })).toEqual([
    { kind: "udp", transport: "UDP", host: "203.0.113.5", ports: "44400–44401" },
  ]);
  expect(missingOpenings({ steps: freshCheck.steps, facts })).toEqual([]);
});

it("knows the ports that addresses do not say", () => {
  const steps = { ...freshCheck.steps, signalling: failed, tcp: failed, turn: failed };
  expect(
    missingOpenings({ steps, facts }).map(({ transport, host, ports }) => `${transport} ${host} ${ports}`),
  ).toEqual([
    "TCP relay.example 443",
    "TCP localhost 4443",
    "TCP 203.0.113.5 443",
    "TCP turn.example 443",
    "UDP turn.example 3478",
    "TCP [2001:db8::1] 5349",
  ]);
});

it("writes ports that follow one another as one range", () => {
  expect(portRanges([443, 44_402, 44_400, 44_401, 44_400])).toBe("443, 44400–44402");
});
