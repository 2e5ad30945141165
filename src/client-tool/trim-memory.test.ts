import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cleanMappings, trimMemory } from "./trim-memory";

const smaps = `00400000-00e37000 r--p 00000000 08:01 131 /opt/tool
Rss:               10000 kB
Anonymous:             0 kB
VmFlags: rd mr
00e37000-032e4000 r-xp 00a37000 08:01 131 /opt/tool (deleted)
Anonymous:             0 kB
06b19000-06b1d000 r--p 065fc000 08:01 131 /opt/tool
Anonymous:            16 kB
06b1d000-06b46000 rw-p 06600000 08:01 131 /opt/tool
Anonymous:             0 kB
7f0000000000-7f0000021000 r--p 00000000 00:00 0
Anonymous:             0 kB
7ffd1c7f8000-7ffd1c819000 r-xp 00000000 00:00 0                          [vdso]
Anonymous:             0 kB
`;

test("finds what can be read again: files' pages that nobody wrote to", () => {
  expect(cleanMappings(smaps)).toEqual([
    { start: 0x400000, end: 0xe37000 },
    { start: 0xe37000, end: 0x32e4000 },
  ]);
});

test.runIf(process.platform === "linux")("gives memory back, and the process goes on", () => {
  const residentFileKb = () =>
    Number(/^RssFile:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
  const before = residentFileKb();
  trimMemory();
  expect(residentFileKb()).toBeLessThan(before * 0.8);
  expect([3, 1, 2].sort()).toEqual([1, 2, 3]);
});
