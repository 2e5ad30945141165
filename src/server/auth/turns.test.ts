import { expect, test } from "vitest";
import { Turns } from "./turns";

/** Work that ends when the test says so, and tells when it began. */
function createWork(turns: Turns) {
  const began: string[] = [];
  const ends: (() => void)[] = [];
  return {
    began,
    start: (party: string, name: string) =>
      turns.run(party, async () => {
        began.push(name);
        await new Promise<void>((resolve) => ends.push(resolve));
        return name;
      }),
    end: async (running: Promise<unknown>) => {
      ends.shift()?.();
      await running;
    },
  };
}

test("no more goes on at a time than there are places, and parties take turns", async () => {
  const turns = new Turns({ places: 1, maxWaiting: 10 });
  const { began, start, end } = createWork(turns);
  const a1 = start("a", "a1");
  const a2 = start("a", "a2");
  const a3 = start("a", "a3");
  const b1 = start("b", "b1");
  const c1 = start("c", "c1");
  const b2 = start("b", "b2");
  expect(began).toEqual(["a1"]);
  for (const running of [a1, a2, b1, c1, a3, b2]) await end(running);
  expect(began).toEqual(["a1", "a2", "b1", "c1", "a3", "b2"]);
});

test("work that fails hands its place on", async () => {
  const turns = new Turns({ places: 1, maxWaiting: 10 });
  const failing = turns.run("a", () => Promise.reject(new Error("broken")));
  const next = turns.run("a", async () => "done");
  await expect(failing).rejects.toThrow("broken");
  expect(await next).toBe("done");
  expect(await turns.run("a", async () => "free again")).toBe("free again");
});

test("whoever finds too many waiting is refused at once, and the place is there again afterwards", async () => {
  const turns = new Turns({ places: 2, maxWaiting: 1 });
  const { began, start, end } = createWork(turns);
  const [first, second, third] = [start("a", "1"), start("b", "2"), start("c", "3")];
  await expect(start("d", "4")).rejects.toMatchObject({ code: "UNAVAILABLE" });
  await end(first);
  const fifth = start("d", "5");
  for (const running of [second, third, fifth]) await end(running);
  expect(began).toEqual(["1", "2", "3", "5"]);
});

test("whoever floods the queue is refused for others, and not they for it", async () => {
  const turns = new Turns({ places: 1, maxWaiting: 2 });
  const { began, start, end } = createWork(turns);
  const first = start("office", "1");
  const [flood1, flood2] = [start("flood", "f1"), start("flood", "f2")];
  const second = start("office", "2");
  await expect(flood2).rejects.toMatchObject({ code: "UNAVAILABLE" });
  for (const running of [first, flood1, second]) await end(running);
  expect(began).toEqual(["1", "f1", "2"]);
});
