import { expect, test } from "vitest";
import type { ToolState } from "@/protocol/control";
import { type ToolSnapshot, ToolWatch } from "./tool-watch";

const state: ToolState = {
  type: "state",
  version: "1.2.3",
  platform: "linux",
  state: { phase: "ready" },
  monitors: [{ monitorId: "a", name: "A", x: 0, y: 0, width: 1920, height: 1080, scale: 1, isPrimary: true }],
  monitorId: "a",
};

function openWatch() {
  const seen: (ToolSnapshot | null)[] = [];
  const watch = new ToolWatch({ onChange: (tool) => seen.push(tool) });
  return { watch, seen, say: (message: object) => watch.receive(JSON.stringify(message)) };
}

test("says how the tool is, and forgets it with the tool", () => {
  const { watch, seen, say } = openWatch();
  watch.setPresent(true);
  say(state);
  say({ ...state, state: { phase: "blocked", obstacle: "wayland" } });
  say({ type: "applied", sequence: 3 });
  say({ type: "state" });
  watch.setPresent(false);
  watch.setPresent(true);
  expect(seen.map((tool) => tool && [tool.phase, tool.obstacle, tool.monitorId])).toEqual([
    ["ready", null, "a"],
    ["blocked", "wayland", "a"],
    null,
  ]);
});

test("waits with its first word for the relay's that it is there", () => {
  const { watch, seen, say } = openWatch();
  say(state);
  expect(seen).toEqual([]);
  watch.setPresent(true);
  expect(seen).toMatchObject([{ phase: "ready", version: "1.2.3" }]);
});
