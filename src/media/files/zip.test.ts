import { randomFillSync } from "node:crypto";
import { crc32 as crc32OfZlib } from "node:zlib";
import { expect, test, vi } from "vitest";
import { DownloadDestination } from "./download-destination";
import { MemoryTarget } from "./download-target";
import { centralDirectory, crc32, localHeader } from "./zip";

/** Reads an archive the way it is meant: from its end. */
function unzip(archive: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength);
  const end = archive.length - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  const files = new Map<string, Uint8Array>();
  let at = view.getUint32(end + 16, true);
  for (let count = view.getUint16(end + 10, true); count > 0; count -= 1) {
    expect(view.getUint32(at, true)).toBe(0x02014b50);
    const [crc, size] = [view.getUint32(at + 16, true), view.getUint32(at + 24, true)];
    const nameLength = view.getUint16(at + 28, true);
    const name = archive.subarray(at + 46, at + 46 + nameLength);
    const local = view.getUint32(at + 42, true);
    expect(view.getUint32(local, true)).toBe(0x04034b50);
    expect(view.getUint32(local + 14, true)).toBe(crc);
    expect(archive.subarray(local + 30, local + 30 + nameLength)).toEqual(name);
    const begin = local + 30 + nameLength + view.getUint16(local + 28, true);
    const bytes = archive.subarray(begin, begin + size);
    expect(crc32OfZlib(bytes)).toBe(crc);
    files.set(new TextDecoder().decode(name), bytes);
    at += 46 + nameLength + view.getUint16(at + 30, true);
  }
  return files;
}

test("the checksum is CRC-32, step by step", () => {
  const bytes = randomFillSync(new Uint8Array(10_000));
  expect(crc32(bytes)).toBe(crc32OfZlib(bytes));
  expect(crc32(bytes.subarray(3_000), crc32(bytes.subarray(0, 3_000)))).toBe(crc32OfZlib(bytes));
});

test("several files are downloaded as an archive, without those that did not come", async () => {
  const contents = [0, 5, 100_000, 7, 0].map((length) => randomFillSync(new Uint8Array(length)));
  const destination = new DownloadDestination(new MemoryTarget(), [
    { path: ["photos", "empty"], size: 0 },
    { path: ["photos", "small"], size: 5 },
    { path: ["photos", "窓口", "large"], size: 100_000 },
    { path: ["photos", "last"], size: 7 },
    { path: ["photos", "nothing"], size: 0, isFolder: true },
  ]);
  const create = vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:archive");
  for (const [file, content] of contents.entries()) {
    const given = await destination.open(file);
    if (file === 1) {
      await given.write(content);
      await given.abort();
      continue;
    }
    for (let at = 0; at < content.length; at += 40_000) await given.write(content.slice(at, at + 40_000));
    await given.close();
  }
  expect(await destination.finish()).toEqual({ url: "blob:archive", name: "photos.zip" });
  const blob = create.mock.calls[0]?.[0];
  if (!(blob instanceof Blob)) throw new Error("Nothing was made.");
  const files = unzip(new Uint8Array(await blob.arrayBuffer()));
  expect([...files.keys()]).toEqual(["photos/empty", "photos/窓口/large", "photos/last", "photos/nothing/"]);
  expect(files.get("photos/窓口/large")).toEqual(new Uint8Array(contents[2] ?? []));
  expect(files.get("photos/last")).toEqual(new Uint8Array(contents[3] ?? []));
  create.mockRestore();
});

test("more than 4 GB and more than 65,535 files are told in the fields of Zip64", () => {
  const large = { path: "a", size: 5 * 2 ** 30, at: 0, crc32: 1 };
  const header = localHeader(large, new Date());
  expect(new DataView(header.buffer).getUint32(22, true)).toBe(0xffff_ffff);
  expect(new DataView(header.buffer).getBigUint64(30 + 1 + 4, true)).toBe(BigInt(large.size));
  const directory = centralDirectory([{ ...large, at: 6 * 2 ** 30 }], 11 * 2 ** 30, new Date());
  const view = new DataView(directory.buffer);
  expect(view.getBigUint64(46 + 1 + 4 + 16, true)).toBe(BigInt(6 * 2 ** 30));
  const zip64End = directory.length - 22 - 20 - 56;
  expect(view.getUint32(zip64End, true)).toBe(0x06064b50);
  expect(view.getBigUint64(zip64End + 48, true)).toBe(BigInt(11 * 2 ** 30));
});
