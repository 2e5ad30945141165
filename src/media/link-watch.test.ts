import { beforeEach, describe, expect, test } from "vitest";
import { LINK_TICK_MS, LinkWatch } from "./link-watch";

/** A link on a clock of its own: what it judged is kept with the time. */
class Scene {
  nowMs = 0;
  readonly watch = new LinkWatch(() => this.nowMs);
  answers = true;
  mediaFlows = true;
  readonly log: string[] = [];
  #bytes = 0;
  #before = { isDisturbed: false, isHopeless: false };

  /** Lets time pass as the browser would see it. */
  run(durationMs: number): this {
    for (const endMs = this.nowMs + durationMs; this.nowMs < endMs; ) this.#tick();
    return this;
  }

  /** When a word was said first, or undefined. */
  at(word: string): number | undefined {
    const found = this.log.find((line) => line.endsWith(` ${word}`));
    return found === undefined ? undefined : Number.parseInt(found, 10);
  }

  #tick(): void {
    this.nowMs += LINK_TICK_MS;
    if (this.mediaFlows) this.#bytes += 100;
    const verdict = this.watch.judge();
    if (verdict.measureMedia) this.watch.mediaReceived(this.#bytes);
    if (verdict.restartIce) this.#say("restart");
    if (verdict.restartSpareIce) this.#say("spares");
    if (verdict.isDisturbed !== this.#before.isDisturbed)
      this.#say(verdict.isDisturbed ? "disturbed" : "steady");
    if (verdict.isHopeless !== this.#before.isHopeless)
      this.#say(verdict.isHopeless ? "hopeless" : "hopeful");
    this.#before = verdict;
    if (verdict.ping && this.answers) {
      this.nowMs += 1;
      this.watch.socketHeard();
    }
  }

  #say(word: string): void {
    this.log.push(`${this.nowMs} ${word}`);
  }
}

let scene: Scene;
beforeEach(() => {
  scene = new Scene();
  scene.watch.iceChanged("send", "connected");
  scene.watch.iceChanged("recv", "connected");
  scene.run(5_000);
});

function cut(): number {
  scene.answers = false;
  scene.mediaFlows = false;
  return scene.nowMs;
}

describe("a link", () => {
  test("that works is left alone", () => {
    expect(scene.run(60_000).log).toEqual([]);
  });

  test("that is cut is told within three seconds, and hopeless only some time later", () => {
    const cutAtMs = cut();
    scene.run(10_000);
    expect((scene.at("disturbed") ?? Number.NaN) - cutAtMs).toBeLessThanOrEqual(2_500);
    const hopelessMs = (scene.at("hopeless") ?? Number.NaN) - cutAtMs;
    expect(hopelessMs).toBeGreaterThan(3_500);
    expect(hopelessMs).toBeLessThanOrEqual(5_500);
    expect(scene.at("restart")).toBeUndefined();
  });

  test("that is cut for two seconds is not built anew", () => {
    cut();
    scene.run(2_000);
    // ICE is back at once, the socket when TCP sends again.
    scene.mediaFlows = true;
    scene.run(1_500);
    scene.watch.socketHeard();
    scene.answers = true;
    scene.run(10_000);
    expect(scene.at("hopeless")).toBeUndefined();
    expect(scene.log.at(-1)).toMatch(/ steady$/);
  });

  test("whose socket catches up after losses while media arrives is not disturbed", () => {
    scene.answers = false;
    scene.run(3_000);
    scene.watch.socketHeard();
    scene.answers = true;
    scene.run(10_000);
    expect(scene.log).toEqual([]);
  });

  test("whose socket stays silent beside media that arrives gets another one, without a word", () => {
    scene.answers = false;
    scene.run(8_000);
    expect(scene.at("hopeless")).toBeDefined();
    expect(scene.at("disturbed")).toBeUndefined();
  });

  test("whose media comes back first has hope again, for a while", () => {
    cut();
    scene.run(8_000);
    expect(scene.log.at(-1)).toMatch(/ hopeless$/);
    scene.mediaFlows = true;
    scene.run(1_000);
    expect(scene.log.slice(-2).map((line) => line.split(" ")[1])).toEqual(
      expect.arrayContaining(["hopeful", "steady"]),
    );
    scene.run(6_000);
    expect(scene.log.at(-1)).toMatch(/ hopeless$/);
  });
});

describe("ICE that loses its connection while the socket answers", () => {
  test("is restarted once, after a second", () => {
    const lostAtMs = scene.nowMs;
    scene.watch.iceChanged("recv", "disconnected");
    scene.run(3_000);
    expect(scene.log.map((line) => line.split(" ")[1])).toEqual(["disturbed", "restart"]);
    expect((scene.at("restart") ?? Number.NaN) - lostAtMs).toBeGreaterThanOrEqual(1_000);
    expect((scene.at("restart") ?? Number.NaN) - lostAtMs).toBeLessThan(2_000);
    scene.watch.iceChanged("recv", "connecting");
    scene.run(1_000);
    expect(scene.at("steady")).toBeUndefined();
    scene.watch.iceChanged("recv", "connected");
    scene.run(10_000);
    expect(scene.log.at(-1)).toMatch(/ steady$/);
    expect(scene.at("hopeless")).toBeUndefined();
  });

  test("is left alone when that was a hiccup", () => {
    scene.watch.iceChanged("send", "disconnected");
    scene.run(500);
    scene.watch.iceChanged("send", "connected");
    expect(scene.run(10_000).log).toEqual([]);
  });

  test("and does not find another in time is hopeless", () => {
    scene.watch.iceChanged("send", "failed");
    scene.run(4_000);
    expect(scene.at("hopeless")).toBeUndefined();
    scene.run(3_000);
    expect(scene.at("hopeless")).toBeDefined();
  });

  test("and is refused fresh parameters is hopeless at once", () => {
    scene.watch.iceChanged("send", "failed");
    scene.run(500);
    scene.watch.iceRestartFailed();
    scene.run(500);
    expect(scene.at("hopeless")).toBeDefined();
  });
});

describe("a change of the network", () => {
  test("that took the connection with it is noticed much sooner", () => {
    const changedAtMs = cut();
    scene.watch.networkChanged();
    scene.run(5_000);
    expect((scene.at("disturbed") ?? Number.NaN) - changedAtMs).toBeLessThanOrEqual(1_250);
    expect((scene.at("hopeless") ?? Number.NaN) - changedAtMs).toBeLessThanOrEqual(2_000);
  });

  test("that changed nothing is passed over", () => {
    scene.watch.networkChanged();
    expect(scene.run(10_000).log).toEqual([]);
  });

  test("in the midst of a silence does not make it seem over", () => {
    cut();
    scene.run(3_000);
    scene.watch.networkChanged();
    scene.run(1_000);
    expect(scene.at("steady")).toBeUndefined();
    expect(scene.at("hopeless")).toBeDefined();
  });
});

describe("a page that stood still", () => {
  test("does not take that for a loss", () => {
    scene.answers = false;
    scene.run(500);
    // A minute in which nothing of the page ran; then its timer, and only then what had arrived.
    scene.nowMs += 60_000;
    scene.run(LINK_TICK_MS);
    scene.watch.socketHeard();
    scene.answers = true;
    expect(scene.run(10_000).log).toEqual([]);
  });

  test("and lost its network meanwhile notices that soon after", () => {
    cut();
    scene.nowMs += 60_000;
    scene.run(3_500);
    expect(scene.at("disturbed")).toBeDefined();
  });
});

describe("a transport beside the connection", () => {
  const words = () => scene.log.map((line) => line.split(" ")[1]);

  test("that alone is lost is restarted once, and the connection is as good as before", () => {
    const lostAtMs = scene.nowMs;
    scene.watch.spareIceChanged("bulk", "disconnected");
    scene.run(20_000);
    expect(words()).toEqual(["spares"]);
    expect((scene.at("spares") ?? Number.NaN) - lostAtMs).toBeGreaterThanOrEqual(1_000);
  });

  test("is restarted again when it is lost again, and not for a hiccup", () => {
    scene.watch.spareIceChanged("bulk", "failed");
    scene.run(2_000);
    scene.watch.spareIceChanged("bulk", "connected");
    scene.watch.spareIceChanged("bulk", "disconnected");
    scene.run(500);
    scene.watch.spareIceChanged("bulk", "connected");
    scene.run(2_000);
    expect(words()).toEqual(["spares"]);
    scene.watch.spareIceChanged("bulk", "failed");
    scene.run(2_000);
    expect(words()).toEqual(["spares", "spares"]);
  });

  test("is taken along by a restart of the connection", () => {
    scene.watch.iceChanged("send", "failed");
    scene.watch.spareIceChanged("bulk", "failed");
    scene.run(2_000);
    expect(words()).toEqual(["disturbed", "restart"]);
  });

  test("and is closed is forgotten", () => {
    scene.watch.spareIceChanged("bulk", "disconnected");
    scene.run(500);
    scene.watch.spareIceChanged("bulk", "closed");
    expect(scene.run(5_000).log).toEqual([]);
  });
});
