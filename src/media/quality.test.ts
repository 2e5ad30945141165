import { describe, expect, test } from "vitest";
import { channelRule } from "@/protocol/data-channels";
import { sendingReportSchema } from "@/protocol/sending-report";
import { QualityMeter, sendingReportOf } from "./quality";

function report(...entries: object[]): RTCStatsReport {
  return new Map(entries.map((entry, index) => [String(index), entry]));
}

function inbound(timestamp: number, bytesReceived: number, packetsReceived: number, packetsLost: number) {
  return {
    type: "inbound-rtp",
    kind: "video",
    timestamp,
    bytesReceived,
    packetsReceived,
    packetsLost,
    framesPerSecond: 24,
  };
}
const pair = (currentRoundTripTime: number) => ({
  type: "candidate-pair",
  timestamp: 0,
  nominated: true,
  currentRoundTripTime,
});

describe("the quality of a connection", () => {
  test("is measured between two looks", () => {
    const meter = new QualityMeter();
    expect(meter.measure(report(inbound(1_000, 0, 0, 0), pair(0.024)), "operator")).toEqual({
      rttMs: 24,
      lossRatio: null,
      framesPerSecond: 24,
      bitrateBps: null,
      limitedBy: null,
      availableBps: null,
    });
    expect(meter.measure(report(inbound(3_000, 250_000, 98, 2), pair(0.024)), "operator")).toMatchObject({
      bitrateBps: 1_000_000,
      lossRatio: 0.02,
    });
  });

  test("the sender's loss is what the receiver reports", () => {
    const outbound = { type: "outbound-rtp", kind: "video", timestamp: 1_000, bytesSent: 10 };
    const remote = { type: "remote-inbound-rtp", kind: "video", timestamp: 1_000, fractionLost: 0.06 };
    expect(new QualityMeter().measure(report(outbound, remote), "customer")).toMatchObject({
      lossRatio: 0.06,
    });
  });

  test("the sender's side tells what it is held back by", () => {
    const outbound = {
      type: "outbound-rtp",
      kind: "video",
      timestamp: 1_000,
      bytesSent: 10,
      qualityLimitationReason: "bandwidth",
    };
    const upload = { ...pair(0.0314), availableOutgoingBitrate: 412_345.6 };
    const measured = new QualityMeter().measure(report(outbound, upload), "customer");
    const told = sendingReportOf(measured);
    expect(sendingReportSchema.parse(told)).toEqual({
      type: "sending",
      rttMs: 31,
      lossRatio: null,
      bitrateBps: null,
      limitedBy: "bandwidth",
      availableBps: 412_346,
    });
    expect(JSON.stringify(told).length).toBeLessThan(channelRule("picture").maxMessageBytes);
  });

  test("a new stream, whose totals begin anew, does not give negative figures", () => {
    const meter = new QualityMeter();
    meter.measure(report(inbound(1_000, 900_000, 900, 9)), "operator");
    const quality = meter.measure(report(inbound(3_000, 1_000, 5, 0)), "operator");
    expect(quality.bitrateBps).toBe(0);
    expect(quality.lossRatio).toBe(0);
  });
});
