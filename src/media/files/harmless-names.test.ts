import { describe, expect, test } from "vitest";
import { harmlessName, isProgram, MAX_NAME_BYTES, harmlessPaths as pathsOf } from "./harmless-names";

const harmlessPaths = (paths: readonly (readonly string[])[], taken?: readonly string[]) =>
  pathsOf(
    paths.map((path) => ({ path })),
    taken,
  );
const bytes = (text: string) => new TextEncoder().encode(text).length;

describe("a harmless name", () => {
  test.each([
    ["report.pdf", "report.pdf"],
    ["見積書 2026.xlsx", "見積書 2026.xlsx"],
    ["👩‍👧.png", "👩‍👧.png"],
    [".gitignore", ".gitignore"],
    ["../../x", "x"],
    ["..\\..\\x", "x"],
    ["/etc/passwd", "etc_passwd"],
    ["C:\\Windows\\system.ini", "Windows_system.ini"],
    ["a/b.txt", "a_b.txt"],
    ["CON", "_CON"],
    ["con.txt", "_con.txt"],
    ["lpt1.tar.gz", "_lpt1.tar.gz"],
    ["COM¹", "_COM¹"],
    ["CONTROL.txt", "CONTROL.txt"],
    ["a\u202Etxt.exe", "atxt.exe"],
    ["a\u2066b\u2069\u200f.txt", "ab.txt"],
    ["a\u0000b\u001b[31m\n.txt", "ab[31m.txt"],
    ["picture.png                         .exe", "picture.png .exe"],
    ["x. . .", "x"],
    ["  x  ", "x"],
    ['a<b>c:d"e|f?g*h', "a_b_c_d_e_f_g_h"],
    ["", "unnamed"],
    [".", "unnamed"],
    ["..", "unnamed"],
    ["\u202e\u3164", "unnamed"],
    ["...", "unnamed"],
    ["e\u0301.txt", "é.txt"],
    ["\ud83d", "\ufffd"],
  ])("%j becomes %j", (raw, harmless) => {
    expect(harmlessName(raw)).toBe(harmless);
  });

  test("is cut to what file systems store, between characters, with its ending", () => {
    for (const raw of [`${"a".repeat(300)}.txt`, `${"窓".repeat(300)}.txt`, `${"👩‍👧".repeat(100)}.txt`]) {
      const name = harmlessName(raw);
      expect(bytes(name)).toBeLessThanOrEqual(MAX_NAME_BYTES);
      expect(bytes(name)).toBeGreaterThan(MAX_NAME_BYTES - 30);
      expect(name).toMatch(/^(?:a+|窓+|(?:👩‍👧)+)\.txt$/u);
    }
    expect(harmlessName(`x.${"y".repeat(100_000)}`)).toHaveLength(MAX_NAME_BYTES - 1);
  });

  test("is harmless whatever is made harmless again", () => {
    for (const raw of ["CON .txt", "a\u202e..", ". x/ ..", `${"a".repeat(238)}. b`, "C:/CON", "\u200eaux"]) {
      const name = harmlessName(raw);
      expect(harmlessName(name)).toBe(name);
    }
  });
});

test("programs are known by their last ending, in small and capital letters", () => {
  expect(["a.EXE", "a.pdf.scr", "macro.docm", "x.lnk", "run.sh"].filter((name) => !isProgram(name))).toEqual(
    [],
  );
  expect(["a.exe.txt", "exe", ".exe", "a.pdf", "a"].filter(isProgram)).toEqual([]);
});

describe("the paths of a batch", () => {
  test("stay together by folder, each part harmless", () => {
    expect(
      harmlessPaths([["..", "photos", "a.jpg"], ["..", "photos", "b.jpg"], ["../../x"], ["photos", "CON"]]),
    ).toEqual([["unnamed", "photos", "a.jpg"], ["unnamed", "photos", "b.jpg"], ["x"], ["photos", "_CON"]]);
  });

  test("are numbered where they collide, also in other letters, and with what is there already", () => {
    const paths = [["a.txt"], ["A.TXT"], ["a.txt"], ["a (2).txt"], ["noEnding"], ["noending"]];
    expect(harmlessPaths(paths, ["a (3).TXT"])).toEqual([
      ["a.txt"],
      ["A (2).TXT"],
      ["a (4).txt"],
      ["a (2) (2).txt"],
      ["noEnding"],
      ["noending (2)"],
    ]);
    expect(
      harmlessPaths(
        [
          ["photos", "a.jpg"],
          ["photos", "b.jpg"],
        ],
        ["Photos"],
      ),
    ).toEqual([
      ["photos (2)", "a.jpg"],
      ["photos (2)", "b.jpg"],
    ]);
  });

  test("do not take a file for a folder", () => {
    expect(harmlessPaths([["x"], ["x", "y"], ["x", "z"]])).toEqual([["x"], ["x (2)", "y"], ["x (2)", "z"]]);
  });

  test("of empty folders are folders of the batch, numbered beside a file of their name", () => {
    const entries = [
      { path: ["photos", "a.jpg"] },
      { path: ["photos", "Empty"], isFolder: true },
      { path: ["photos", "Empty"], isFolder: true },
      { path: ["photos", "empty", "later.jpg"] },
      { path: ["photos", "a.jpg"], isFolder: true },
      { path: ["..", "con"], isFolder: true },
    ];
    expect(pathsOf(entries, ["Photos"]).map((path) => path.join("/"))).toEqual([
      "photos (2)/a.jpg",
      "photos (2)/Empty",
      "photos (2)/Empty",
      "photos (2)/Empty/later.jpg",
      "photos (2)/a (2).jpg",
      "unnamed/_con",
    ]);
  });

  test("differ also where letters are written in another way (NFC, NFD)", () => {
    const [nfc, nfd] = ["caf\u00e9.txt", "cafe\u0301.txt"];
    expect(harmlessPaths([[nfc], [nfd]], [nfd])).toEqual([["caf\u00e9 (2).txt"], ["caf\u00e9 (3).txt"]]);
  });

  test("of ten thousand files of one name are all different, soon", () => {
    const paths = harmlessPaths(Array.from({ length: 10_000 }, () => ["same.txt"]));
    expect(new Set(paths.map((path) => path.join("/"))).size).toBe(10_000);
    expect(paths.at(-1)).toEqual(["same (10000).txt"]);
  });

  test("of twenty thousand files whose names are too long are all different, soon", () => {
    const paths = harmlessPaths(
      Array.from({ length: 20_000 }, (_, at) => ["窓".repeat(80), `${"窓".repeat(84)}${at}.bin`]),
    );
    expect(new Set(paths.map((path) => path.join("/"))).size).toBe(20_000);
    expect(paths.every((path) => path.every((name) => bytes(name) <= MAX_NAME_BYTES))).toBe(true);
  });

  test("stay within the length when they are numbered", () => {
    const long = `${"窓".repeat(100)}.txt`;
    const [, second] = harmlessPaths([[long], [long]]);
    expect(second?.[0]).toMatch(/^窓+ \(2\)\.txt$/u);
    expect(bytes(second?.[0] ?? "")).toBeLessThanOrEqual(MAX_NAME_BYTES);
  });
});
