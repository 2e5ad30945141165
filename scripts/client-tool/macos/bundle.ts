// The folder that macOS shows as one application. Permissions (Accessibility) are given to it, and it opens no Terminal.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "../../setup/project.mjs";
import { BUNDLE_IDENTIFIER } from "./code-signature";

/** Pages give it the name that carries the pairing; a name is not part of what is signed. */
export const APP_FOLDER = "Madoguchi.app";
export const EXECUTABLE_PATH = "Contents/MacOS/madoguchi";

export type AppFiles = { infoPlist: Buffer; codeResources: Buffer; icon: Buffer };

/** Everything but the program. */
export function appFiles(version: string): AppFiles {
  const icon = readFileSync(path.join(projectRoot, "scripts/client-tool/macos/madoguchi.icns"));
  return { infoPlist: infoPlist(version), codeResources: codeResources(icon), icon };
}

function infoPlist(version: string): Buffer {
  return plist({
    CFBundleDevelopmentRegion: "en",
    CFBundleDisplayName: "Madoguchi",
    CFBundleExecutable: "madoguchi",
    CFBundleIconFile: "madoguchi",
    CFBundleIdentifier: BUNDLE_IDENTIFIER,
    CFBundleInfoDictionaryVersion: "6.0",
    CFBundleName: "Madoguchi",
    CFBundlePackageType: "APPL",
    CFBundleShortVersionString: version,
    CFBundleVersion: version,
    LSMinimumSystemVersion: "12.0",
    // A program without an icon in the Dock: its window is shown by a process of its own, and the icon would bounce for as long as it runs.
    LSUIElement: true,
    NSHighResolutionCapable: true,
  });
}

/** The seal of the bundle's other files, in the form of `codesign` (version 2 rules; the old ones for old systems are empty). */
function codeResources(icon: Buffer): Buffer {
  const hash = createHash("sha256").update(icon).digest();
  return plist({
    files: {},
    files2: { "Resources/madoguchi.icns": { hash2: hash } },
    rules: { "^Resources/": true },
    rules2: {
      "^.*": true,
      "^Info\\.plist$": { omit: true, weight: 20 },
      "^PkgInfo$": { omit: true, weight: 20 },
    },
  });
}

type PlistValue = string | number | boolean | Buffer | { [key: string]: PlistValue };

function plist(value: PlistValue): Buffer {
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${element(value)}
</plist>
`,
  );
}

function element(value: PlistValue): string {
  if (typeof value === "string") return `<string>${escaped(value)}</string>`;
  if (typeof value === "number") return `<real>${value}</real>`;
  if (typeof value === "boolean") return value ? "<true/>" : "<false/>";
  if (Buffer.isBuffer(value)) return `<data>${value.toString("base64")}</data>`;
  const entries = Object.entries(value).map(([key, one]) => `<key>${escaped(key)}</key>${element(one)}`);
  return `<dict>${entries.join("")}</dict>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
