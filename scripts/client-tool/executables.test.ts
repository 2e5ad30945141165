// What was built, looked at from outside: Windows' and macOS' executables cannot be started where they are built.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { NtExecutable, NtExecutableResource, Resource } from "resedit";
import { beforeAll, describe, expect, test } from "vitest";
import { type ToolPlatform, toolPlatforms } from "@/protocol/control";
import type { BuiltTool } from "./build";
import { LC_CODE_SIGNATURE, loadCommands, segment } from "./macos/mach-o";
import type { PreparedFile } from "./release-file";
import { PUBLISH_TIMEOUT_MS, prepareForTests } from "./testing/test-release";

/** Node's executables say with the last digit of this whether something was put in. */
const FILLED_FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:1";
const EMPTY_FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:0";

const builds = new Map<ToolPlatform, { built: BuiltTool; prepared: PreparedFile }>();

beforeAll(async () => {
  // Building takes turns by itself; what is built is compressed while the next one is being built.
  for (const [platform, build] of await Promise.all(
    toolPlatforms.map(async (platform) => [platform, await prepareForTests(platform)] as const),
  )) {
    builds.set(platform, build);
  }
}, PUBLISH_TIMEOUT_MS);

function buildOf(platform: ToolPlatform): { built: BuiltTool; prepared: PreparedFile } {
  const build = builds.get(platform);
  if (!build) throw new Error(`There is no build for ${platform}.`);
  return build;
}

function programOf(platform: ToolPlatform): Buffer {
  return readFileSync(buildOf(platform).built.executable);
}

/** What every one of them carries, whatever its format. */
function expectFilled(program: Buffer, nativeStart: readonly number[]): void {
  expect(program.includes(FILLED_FUSE)).toBe(true);
  expect(program.includes(EMPTY_FUSE)).toBe(false);
  for (const name of ["koffi.node", "node_datachannel.node"]) expect(program.includes(name)).toBe(true);
  // In the blob each name is followed by its length and what it names, which begins as every library of that system does.
  const start = Buffer.from(nativeStart);
  const places = placesOf(program, "node_datachannel.node");
  expect(places.some((at) => program.subarray(at, at + 64).includes(start))).toBe(true);
}

function placesOf(program: Buffer, name: string): number[] {
  const places: number[] = [];
  for (let at = program.indexOf(name); at >= 0; at = program.indexOf(name, at + 1))
    places.push(at + name.length);
  return places;
}

test.each(toolPlatforms)("what is published for %s is what was built, whole and compressed", (platform) => {
  const { content, compressed, file } = buildOf(platform).prepared;
  if (platform !== "macos") expect(content.equals(programOf(platform))).toBe(true);
  expect(brotliDecompressSync(compressed).equals(content)).toBe(true);
  expect(file).toMatchObject({
    sha256: sha256(content),
    sizeBytes: content.length,
    compressed: { sha256: sha256(compressed), sizeBytes: compressed.length },
    isSystemSigned: false,
  });
  // Longer, and people on slow lines give up.
  expect(compressed.length).toBeLessThanOrEqual(40_000_000);
});

describe("the Linux executable", () => {
  test("is an ELF program with everything inside", () => {
    const program = programOf("linux");
    expect(program.subarray(0, 5)).toEqual(Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2]));
    expectFilled(program, [0x7f, 0x45, 0x4c, 0x46]);
  });
});

describe("the Windows executable", () => {
  test("is a program with a window, its own name and version, real pixels, and everything inside", () => {
    const program = programOf("windows");
    const executable = NtExecutable.from(program, { ignoreCert: true });
    const IMAGE_FILE_MACHINE_AMD64 = 0x8664;
    const SUBSYSTEM_GUI = 2;
    expect(executable.newHeader.fileHeader.machine).toBe(IMAGE_FILE_MACHINE_AMD64);
    expect(executable.newHeader.optionalHeader.subsystem).toBe(SUBSYSTEM_GUI);
    const { entries } = NtExecutableResource.from(executable);
    const [info] = Resource.VersionInfo.fromEntries(entries);
    expect(info?.getStringValues({ lang: 1033, codepage: 1200 })).toMatchObject({
      ProductName: "Madoguchi",
      FileDescription: "Madoguchi Client Tool",
    });
    expect(entries.some(({ id }) => id === "NODE_SEA_BLOB")).toBe(true);
    const manifests = entries.filter(({ type }) => type === 24).map(({ bin }) => Buffer.from(bin).toString());
    expect(manifests).toEqual([expect.stringContaining("PerMonitorV2")]);
    expectFilled(program, [0x4d, 0x5a]);
  });
});

describe("the macOS application", () => {
  test("is an arm64 program with everything inside", () => {
    const program = programOf("macos");
    const CPU_TYPE_ARM64 = 0x0100000c;
    expect(program.readUInt32LE(4)).toBe(CPU_TYPE_ARM64);
    expect(segment(program, "NODE_SEA").fileBytes).toBeGreaterThan(5_000_000);
    expectFilled(program, [0xcf, 0xfa, 0xed, 0xfe]);
  });

  test("has a signature that fits each of its pages and the bundle around it", () => {
    const program = programOf("macos");
    const command = loadCommands(program).at(-1);
    expect(command?.command).toBe(LC_CODE_SIGNATURE);
    const start = program.readUInt32LE((command?.offset ?? 0) + 8);
    expect(start + program.readUInt32LE((command?.offset ?? 0) + 12)).toBe(program.length);
    const linkedit = segment(program, "__LINKEDIT");
    expect(linkedit.fileOffset + linkedit.fileBytes).toBe(program.length);

    const directory = program.subarray(start + program.readUInt32BE(start + 16));
    expect(directory.readUInt32BE(0)).toBe(0xfade0c02);
    const [hashes, special, pages, codeLimit] = [16, 24, 28, 32].map((at) => directory.readUInt32BE(at));
    expect(codeLimit).toBe(start);
    expect(pages).toBe(Math.ceil(start / 4096));
    const hashAt = (slot: number) => {
      const at = (hashes ?? 0) + slot * 32;
      return directory.toString("hex", at, at + 32);
    };
    const wrong = Array.from({ length: pages ?? 0 }, (_, page) => page).filter(
      (page) => hashAt(page) !== sha256(program.subarray(page * 4096, Math.min((page + 1) * 4096, start))),
    );
    expect(wrong).toEqual([]);
    expect(special).toBe(3);
    const contents = path.join(buildOf("macos").built.product, "Contents");
    expect(hashAt(-1)).toBe(sha256(readFileSync(path.join(contents, "Info.plist"))));
    expect(hashAt(-3)).toBe(sha256(readFileSync(path.join(contents, "_CodeSignature/CodeResources"))));
  });
});

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
