import { execFile } from "node:child_process";
import { readFile, statfs } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

export type Disk = { name: string; totalBytes: number; freeBytes: number };

/** A disk that does not answer, such as one that has to wake up first, is left out. */
const DISK_TIMEOUT_MS = 3_000;

/** The machine's own disks by where they are mounted; no network drives, no images, nothing that only looks like a disk. */
export async function readDisks(): Promise<Disk[]> {
  const disks = await Promise.all((await mountPoints()).map(readDisk));
  return disks.filter((disk) => disk !== null);
}

async function mountPoints(): Promise<string[]> {
  switch (process.platform) {
    case "win32": {
      const { windowsDrives } = await import("./windows-drives");
      return windowsDrives();
    }
    case "darwin":
      return macosMounts((await promisify(execFile)("/sbin/mount", { timeout: DISK_TIMEOUT_MS })).stdout);
    default:
      return linuxMounts(await readFile("/proc/self/mounts", "utf8"));
  }
}

async function readDisk(mount: string): Promise<Disk | null> {
  const answered = new AbortController();
  const silence = pause(DISK_TIMEOUT_MS, null, { signal: answered.signal, ref: false });
  try {
    const size = await Promise.race([statfs(mount), silence]);
    if (size === null || size.blocks === 0) return null;
    return { name: mount, totalBytes: size.blocks * size.bsize, freeBytes: size.bavail * size.bsize };
  } catch {
    return null;
  } finally {
    silence.catch(() => {});
    answered.abort();
  }
}

/** File systems that live on a disk; everything else is memory, the network, or a view on another one. */
const LINUX_FILE_SYSTEMS =
  /^(ext[234]|xfs|btrfs|zfs|f2fs|jfs|reiserfs|bcachefs|vfat|msdos|exfat|ntfs3?|fuseblk|hfsplus|apfs|nilfs2)$/;

/** @param table /proc/self/mounts @returns every disk once, by the shortest path that shows it */
export function linuxMounts(table: string): string[] {
  const shortest = new Map<string, string>();
  for (const line of table.split("\n")) {
    const [device = "", escaped = "", type = ""] = line.split(" ");
    if (!LINUX_FILE_SYSTEMS.test(type) || /^\/dev\/loop/.test(device)) continue;
    const mount = escaped.replaceAll(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    const known = shortest.get(device);
    if (known === undefined || mount.length < known.length) shortest.set(device, mount);
  }
  return [...shortest.values()];
}

/** @param table what `mount` prints; the system's own helper volumes are not what anybody calls a disk */
export function macosMounts(table: string): string[] {
  return table.split("\n").flatMap((line) => {
    const [, device = "", mount = "", options = ""] = /^(\S+) on (.+) \(([^()]*)\)$/.exec(line) ?? [];
    const isDisk = device.startsWith("/dev/") && options.split(", ").includes("local");
    const isHelper = options.includes("nobrowse") || mount.startsWith("/System/Volumes/");
    return isDisk && !isHelper ? [mount] : [];
  });
}
