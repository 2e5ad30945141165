import { readFile } from "node:fs/promises";
import { StepError } from "./report.mjs";
import { lastLines, runCommand } from "./run-command";

/** A system that has just started often updates itself, and holds the lock meanwhile. */
const waitingForLock = ["-o", "DPkg::Lock::Timeout=300"];

/** Whether this system installs its packages with apt (Debian, Ubuntu and what is made from them). */
export async function usesApt(): Promise<boolean> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release);
}

/**
 * Sees to it that Debian packages are installed: as root by installing what is missing, else by throwing a
 * StepError that holds the one line to run.
 *
 * @param purpose what they are for, as it follows "needed" in a sentence
 */
export async function ensureAptPackages(packages: readonly string[], purpose: string): Promise<void> {
  const missing = await missingPackages(packages);
  if (missing.length === 0) return;
  const line = `apt-get install -y --no-install-recommends ${missing.join(" ")}`;
  if (process.getuid?.() !== 0) {
    throw new StepError(
      `System packages are missing that are needed ${purpose}.`,
      `Run this line, then the command again:\n\n  sudo ${line}`,
    );
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const install = [...waitingForLock, "install", "-y", "--no-install-recommends", ...missing];
  let result = await runCommand("apt-get", install, { env });
  if (result.code !== 0) {
    // A fresh container has no package lists, and old lists name files that are gone.
    await runCommand("apt-get", ["update"], { env });
    result = await runCommand("apt-get", install, { env });
  }
  if (result.code !== 0) {
    throw new StepError(
      `apt-get could not install what is needed ${purpose}:\n${lastLines(result.output)}`,
      `Mend the cause, try this line by hand, then run the command again:\n\n  ${line}`,
    );
  }
}

/** Whether {@link ensureAptPackages} can do without the person's help. */
export async function canHaveAptPackages(packages: readonly string[]): Promise<boolean> {
  return process.getuid?.() === 0 || (await missingPackages(packages)).length === 0;
}

/**
 * Brings Debian packages that are installed up to date, others not.
 *
 * @returns whether that was possible: it takes root, and servers that answer
 */
export async function upgradeAptPackages(packages: readonly string[]): Promise<boolean> {
  if (process.getuid?.() !== 0 || !(await usesApt())) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await runCommand("apt-get", ["update"], { env });
  const upgrade = [...waitingForLock, "install", "-y", "--only-upgrade", ...packages];
  return (await runCommand("apt-get", upgrade, { env })).code === 0;
}

async function missingPackages(packages: readonly string[]): Promise<string[]> {
  const { output } = await runCommand("dpkg-query", [
    "-W",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: these placeholders are dpkg's own.
    "-f=${Package} ${db:Status-Status}\n",
    ...packages,
  ]);
  const installed = new Set(
    output
      .split("\n")
      .filter((line) => line.endsWith(" installed"))
      .map((line) => line.split(" ")[0]),
  );
  return packages.filter((name) => !installed.has(name));
}
