// The browser that the end-to-end tests drive, and the display they show it on.
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import { ensureAptPackages, usesApt } from "./apt";
import { type StepControl, StepError } from "./report.mjs";

const SYSTEM_CHROMIUMS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const TOOLS = [
  { program: "/usr/bin/Xvfb", aptPackage: "xvfb" },
  { program: "/usr/bin/openbox", aptPackage: "openbox" },
  { program: "/usr/bin/xdotool", aptPackage: "xdotool" },
  // What the Client Tool's tests type into, ask about the screen and the keyboard, and exchange text with.
  { program: "/usr/bin/xterm", aptPackage: "xterm" },
  { program: "/usr/bin/xrandr", aptPackage: "x11-xserver-utils" },
  { program: "/usr/bin/xclip", aptPackage: "xclip" },
  // Without it the Japanese pages are drawn as boxes.
  { program: "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", aptPackage: "fonts-noto-cjk" },
];

/**
 * Returns the path of a Chromium for the tests: Playwright's own when it is installed, else the system's.
 * On Debian and Ubuntu what is missing (the browser, Xvfb and its programs, a Japanese font) is installed when root and
 * named in one line otherwise.
 */
export async function ensureBrowser({ skip }: StepControl): Promise<string> {
  const found = findChromium();
  const packages = TOOLS.filter(({ program }) => !existsSync(program)).map(({ aptPackage }) => aptPackage);
  if (found !== undefined && packages.length === 0) {
    skip();
    return found;
  }
  if (!(await usesApt())) {
    // Xvfb is only used where there is one; a browser must be there.
    if (found !== undefined) return found;
    throw new StepError(
      "No Chromium was found for the end-to-end tests.",
      "Install it with: npx playwright install chromium",
    );
  }
  await ensureAptPackages(
    found === undefined ? ["chromium", ...packages] : packages,
    "for the end-to-end tests (or install the browser alone with: npx playwright install chromium)",
  );
  const installed = findChromium();
  if (installed === undefined) {
    throw new StepError(
      "apt installed no Chromium that could be found (on Ubuntu its package only points to a snap).",
      "Install it with: npx playwright install --with-deps chromium",
    );
  }
  return installed;
}

function findChromium(): string | undefined {
  return [process.env.CHROMIUM_PATH, chromium.executablePath(), ...SYSTEM_CHROMIUMS].find(
    (file) => file !== undefined && existsSync(file),
  );
}
