import { beforeEach, describe, expect, test } from "vitest";
import type { TransportLife } from "./link-flow";
import { LINK_TICK_MS, LinkWatch } from "./link-watch";

/** As long as this passes, the person must have been told of a loss. */
const TOLD_WITHIN_MS = 3_000;

const UDP = "udp 40000";

let nowMs: number;
let watch: LinkWatch;
let log: string[];
/** What the browser sees of the one transport. */
let dataEveryMs: number;
let areChecksAnswered: boolean;
let pairs: TransportLife["pairs"];
/** What a restart finds. */
let found: string;
let bytes: number;
let lastDataAtMs: number;
let carriesPicture: boolean;
/** Of the socket; a restart takes one, and its checks' answers another. */
let roundTripMs: number;
let pingedAtMs: number | null;
let restartedAtMs: number | null;

function run(durationMs: number): void {
  for (const endMs = nowMs + durationMs; nowMs < endMs; ) {
    nowMs += LINK_TICK_MS;
    if (nowMs - lastDataAtMs >= dataEveryMs) {
      bytes += 100;
      lastDataAtMs = nowMs;
    }
    if (pingedAtMs !== null && nowMs - pingedAtMs >= roundTripMs) {
      watch.socketHeard();
      pingedAtMs = null;
    }
    if (restartedAtMs !== null && nowMs - restartedAtMs >= roundTripMs) watch.iceRestarted();
    const verdict = watch.judge();
    if (verdict.ping) {
      if (roundTripMs === 0) watch.socketHeard();
      else pingedAtMs = nowMs;
    }
    if (verdict.restartIce) {
      restartedAtMs = nowMs;
      if (roundTripMs === 0) watch.iceRestarted();
    }
    if (verdict.measureMedia) {
      // A restart's checks are answered where there is a way.
      const isChecked = restartedAtMs !== null && nowMs - restartedAtMs >= 2 * roundTripMs;
      if (areChecksAnswered && isChecked) {
        pairs = new Map([...pairs, ["new", { way: found, answeredChecks: 1 }]]);
      }
      watch.mediaReceived(bytes);
      watch.transportMeasured("recv", {
        carriesPicture,
        receivedBytes: bytes,
        way: pairs.get("old")?.way ?? null,
        pairs,
      });
    }
    const words = [
      ...(verdict.restartIce ? ["restart"] : []),
      ...(verdict.isDisturbed ? ["disturbed"] : []),
      ...(verdict.isHopeless ? ["hopeless"] : []),
    ];
    log.push(...words.filter((word) => word === "restart" || !log.includes(word)));
  }
}

beforeEach(() => {
  nowMs = 0;
  watch = new LinkWatch(() => nowMs);
  log = [];
  dataEveryMs = 1_000;
  areChecksAnswered = true;
  pairs = new Map([["old", { way: UDP, answeredChecks: 3 }]]);
  found = UDP;
  bytes = 0;
  lastDataAtMs = 0;
  carriesPicture = true;
  roundTripMs = 0;
  pingedAtMs = null;
  restartedAtMs = null;
  watch.iceChanged("recv", "connected");
  run(15_000);
});

const stop = () => {
  dataEveryMs = Number.POSITIVE_INFINITY;
};

describe("a transport that falls silent beside a socket that lives", () => {
  test("is steady until then", () => {
    expect(log).toEqual([]);
  });

  test("gets fresh parameters, and is told as lost within three seconds when these find no way either", () => {
    stop();
    areChecksAnswered = false;
    run(TOLD_WITHIN_MS);
    expect(log).toEqual(["restart", "disturbed"]);
    run(6_000);
    expect(log).toEqual(["restart", "disturbed", "hopeless"]);
  });

  test("goes on without a word when they find one", () => {
    stop();
    run(2_000);
    dataEveryMs = 1_000;
    run(10_000);
    expect(log).toEqual(["restart"]);
  });

  test("is told as lost until something comes by another way that was found", () => {
    stop();
    found = "tcp 40000";
    run(TOLD_WITHIN_MS);
    expect(log).toEqual(["restart", "disturbed"]);
    dataEveryMs = 1_000;
    run(1_500);
    log = [];
    run(10_000);
    expect(log).toEqual([]);
  });

  test("and whose checks are answered was only paused, and is tried no more", () => {
    stop();
    run(60_000);
    expect(log).toEqual(["restart"]);
  });

  test("is watched again when it is used again", () => {
    stop();
    run(5_000);
    dataEveryMs = 500;
    run(15_000);
    stop();
    areChecksAnswered = false;
    pairs = new Map([["old", { way: UDP, answeredChecks: 3 }]]);
    log = [];
    run(TOLD_WITHIN_MS);
    expect(log).toEqual(["restart", "disturbed"]);
  });
});

describe("silence says nothing", () => {
  test("of a transport for messages alone: there a pause is only that", () => {
    carriesPicture = false;
    run(15_000);
    stop();
    areChecksAnswered = false;
    run(TOLD_WITHIN_MS);
    expect(log).toEqual([]);
  });

  test("on a long way, as long as the checks may still be answered", () => {
    roundTripMs = 1_000;
    run(15_000);
    stop();
    run(20_000);
    expect(log).toEqual(["restart"]);
  });

  test("of a transport that is used now and then", () => {
    dataEveryMs = 2_500;
    run(30_000);
    log = [];
    stop();
    areChecksAnswered = false;
    run(TOLD_WITHIN_MS);
    expect(log).toEqual([]);
  });

  test("in a browser that does not count checks", () => {
    pairs = new Map();
    run(5_000);
    stop();
    run(TOLD_WITHIN_MS);
    expect(log).toEqual([]);
  });
});
