import { readFile } from "node:fs/promises";
import { release, version } from "node:os";

export type OsName = { name: string; version: string };

/** In the words that people use: "Windows 11 Pro", "macOS", "Debian GNU/Linux", each with its version. */
export async function readOsName(): Promise<OsName> {
  switch (process.platform) {
    case "win32": {
      const { readWindowsRelease } = await import("./windows-release");
      return windowsName(version(), release(), readWindowsRelease());
    }
    case "darwin":
      return macosName(await readFile("/System/Library/CoreServices/SystemVersion.plist", "utf8"));
    default:
      return linuxName(await firstOf("/etc/os-release", "/usr/lib/os-release"), release());
  }
}

/** The first build of Windows 11, whose kernel still calls itself 10.0. */
const WINDOWS_11_BUILD = 22_000;

/**
 * @param product what Windows calls itself, which before some update said 10 for 11
 * @param kernel `10.0.<build>`
 * @param feature the update by its name, such as `23H2`
 */
export function windowsName(product: string, kernel: string, feature: string): OsName {
  const build = Number(kernel.split(".")[2] ?? Number.NaN);
  const isKnown = /^(Microsoft )?Windows (Server )?\d/.test(product);
  const isClient11 = build >= WINDOWS_11_BUILD && !product.includes("Server");
  const name = isKnown
    ? product.replace(/^Microsoft /, "").replace(/^Windows 10\b/, isClient11 ? "Windows 11" : "Windows 10")
    : `Windows ${isClient11 ? "11" : "10"}`;
  const buildName = Number.isNaN(build) ? kernel : `build ${build}`;
  return { name, version: feature === "" ? buildName : `${feature} (${buildName})` };
}

/** @param plist SystemVersion.plist */
export function macosName(plist: string): OsName {
  const value = (key: string) =>
    new RegExp(`<key>${key}</key>\\s*<string>([^<]*)</string>`).exec(plist)?.[1] ?? "";
  const build = value("ProductBuildVersion");
  return {
    name: value("ProductName") || "macOS",
    version: `${value("ProductVersion")}${build === "" ? "" : ` (${build})`}`.trim(),
  };
}

/** @param text os-release(5) @param kernel what to say where it tells no version */
export function linuxName(text: string, kernel: string): OsName {
  const value = (key: string) => {
    const line = new RegExp(`^${key}=(.*)$`, "m").exec(text)?.[1]?.trim() ?? "";
    const quoted = /^(["'])(.*)\1$/.exec(line)?.[2] ?? line;
    return quoted.replaceAll(/\\(["'$`\\])/g, "$1");
  };
  return {
    name: value("NAME") || "Linux",
    version: value("VERSION") || value("VERSION_ID") || value("BUILD_ID") || kernel,
  };
}

async function firstOf(...paths: string[]): Promise<string> {
  for (const path of paths) {
    try {
      return await readFile(path, "utf8");
    } catch {
      // The next one, or none: then the kernel's version has to do.
    }
  }
  return "";
}
