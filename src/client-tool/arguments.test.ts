import { expect, test } from "vitest";
import { toolFileName } from "@/protocol/client-tool";
import { readCommand, readPairing } from "./arguments";

const token = "abcdefghijklmnopqrst_-";
const name = toolFileName("https://support.example:8443", token, ".exe");
const pairing = { origin: "https://support.example:8443", token };

test.each([
  ["its own name", [], `/home/someone/Downloads/${name}`],
  ["a name with something added by the browser", [], `/tmp/${name.replace(".exe", " (1).exe")}`],
  ["a Windows path", [], `C:\\Users\\someone\\Downloads\\${name}`],
  [
    "an application of macOS",
    ["-psn_0_12345"],
    `/Volumes/x/${name.replace(".exe", ".app")}/Contents/MacOS/tool`,
  ],
  ["the argument", [`--pairing=${name}`], "/usr/bin/node"],
  ["a path as the argument", [`--pairing=/tmp/somewhere/${name}`], "/usr/bin/node"],
])("the pairing is read from %s", (_where, args, executable) => {
  expect(readPairing(args, executable)).toEqual(pairing);
});

test("without a pairing, or with an unknown argument, it says so", () => {
  expect(() => readPairing([], "/tmp/madoguchi")).toThrow("notPaired");
  expect(() => readPairing(["--pairing=x"], `/tmp/${name}`)).toThrow("notPaired");
  expect(() => readPairing(["--wat"], `/tmp/${name}`)).toThrow("unknownArgument");
});

test("help and version come before everything else", () => {
  expect(readCommand([`--pairing=${name}`])).toBe("run");
  expect(readCommand(["--pairing=x", "--version"])).toBe("version");
  expect(readCommand(["--version", "--help"])).toBe("help");
});
