import { beforeEach, expect, test, vi } from "vitest";
import { FolderDestination } from "./folder-destination";
import { MemoryStorage } from "./testing/memory-storage";

let storage: MemoryStorage;
beforeEach(() => {
  storage = new MemoryStorage().install();
  return () => vi.unstubAllGlobals();
});

const deep = (name: string) => ({ path: [..."abcdefghij"].map((letter) => letter.repeat(20)).concat(name) });

async function store(destination: FolderDestination, file: number, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  const sink = await destination.open(file, bytes.length, null);
  await sink.write(bytes);
  await sink.close();
}

async function textOf(path: string): Promise<string> {
  return new TextDecoder().decode(storage.files.get(path) ?? undefined);
}

test("what has too long a path for the receiver's system goes to the top of the folder, and overwrites nothing there", async () => {
  storage.longestPath = 120;
  storage.files.set("photo.jpg", new TextEncoder().encode("was here"));
  const long = `${"n".repeat(200)}.tar`;
  const destination = await FolderDestination.in(await navigator.storage.getDirectory(), [
    deep("photo.jpg"),
    { path: ["photo (2).jpg"] },
    { path: ["elsewhere", ...deep("photo.jpg").path] },
    { path: ["short", "photo.jpg"] },
    { path: [long] },
    { ...deep("empty"), isFolder: true },
  ]);
  // One that fails after it has begun, and comes again.
  await (await destination.open(0, 1, null)).abort();
  // Several at once, as they are stored.
  await Promise.all([0, 1, 2, 3, 4, 5].map((file) => store(destination, file, `file ${file}`)));
  await destination.finish();
  expect(destination.atTop).toBe(4);
  const top = storage.names.filter((name) => !name.includes("/")).sort();
  expect(top).toEqual([
    `${"n".repeat(76)}.tar`,
    "photo (2).jpg",
    "photo (3).jpg",
    "photo (4).jpg",
    "photo.jpg",
  ]);
  expect(await textOf("photo.jpg")).toBe("was here");
  expect(await textOf("photo (2).jpg")).toBe("file 1");
  expect(new Set([await textOf("photo (3).jpg"), await textOf("photo (4).jpg")])).toEqual(
    new Set(["file 0", "file 2"]),
  );
  expect(await textOf("short/photo.jpg")).toBe("file 3");
  expect([...storage.files.keys()]).toContain("empty/");
});

test("a folder that takes nothing any more is no question of length: its own reason is told", async () => {
  const destination = await FolderDestination.in(await navigator.storage.getDirectory(), [
    { path: ["a", "file"] },
    { path: ["file"] },
  ]);
  storage.longestPath = 0;
  await expect(destination.open(0, 1, null)).rejects.toMatchObject({ name: "NotFoundError", message: "a/" });
  await expect(destination.open(1, 1, null)).rejects.toMatchObject({ message: "file" });
  await destination.discard();
});
