import { availableParallelism, cpus, freemem, hostname, networkInterfaces, totalmem, uptime } from "node:os";
import type { ToolDevice } from "@/protocol/client-tool";
import { type Disk, readDisks } from "./read-disks";
import { type OsName, readOsName } from "./read-os-name";

const MOST_DISKS = 32;
const MOST_ADDRESSES = 64;

/**
 * What the machine says of itself, cut to what the schema takes. Node and a few files tell all of it; nothing is installed, and no
 * program is run but macOS' `mount`. A part that cannot be read is empty or 0: the rest is still worth knowing.
 */
export async function readDevice(): Promise<ToolDevice> {
  const [os, disks] = await Promise.all([
    attempt<OsName>(readOsName, { name: process.platform, version: "" }),
    attempt<Disk[]>(readDisks, []),
  ]);
  const processors = await attempt(cpus, []);
  return {
    osName: cut(os.name, 60),
    osVersion: cut(os.version, 60),
    hostName: cut(await attempt(hostname, ""), 255),
    cpuModel: cut(processors[0]?.model ?? "", 120),
    cpuCores: Math.min(processors.length || (await attempt(availableParallelism, 0)), 4096),
    memoryTotalBytes: bytes(await attempt(totalmem, 0)),
    memoryFreeBytes: bytes(await attempt(freemem, 0)),
    disks: disks.slice(0, MOST_DISKS).map(({ name, totalBytes, freeBytes }) => ({
      name: cut(name, 120),
      totalBytes: bytes(totalBytes),
      freeBytes: bytes(freeBytes),
    })),
    networkAddresses: networkAddresses(await attempt(networkInterfaces, {})),
    uptimeSeconds: bytes(await attempt(uptime, 0)),
  };
}

/** The addresses under which others reach the machine: neither loopback nor what an interface gives itself (RFC 3927, RFC 4291 2.5.6). */
export function networkAddresses(
  interfaces: ReturnType<typeof networkInterfaces>,
): ToolDevice["networkAddresses"] {
  return Object.entries(interfaces)
    .flatMap(([name, addresses = []]) =>
      addresses
        .filter(({ internal, address }) => !internal && !/^169\.254\.|^fe[89ab][0-9a-f]:/i.test(address))
        .map(({ address }) => ({ name: cut(name, 60), address: cut(address, 60) })),
    )
    .slice(0, MOST_ADDRESSES);
}

/** Without control characters and doubled spaces, as some makers write their names. A surrogate pair is never cut in two. */
export function cut(text: string, length: number): string {
  const plain = text
    .replaceAll(/\p{Cc}/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return plain.slice(0, length).replace(/[\ud800-\udbff]$/, "");
}

function bytes(value: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(Math.round(value), 0), Number.MAX_SAFE_INTEGER) : 0;
}

async function attempt<T>(read: () => T | Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read();
  } catch {
    return otherwise;
  }
}
