import Bowser from "bowser";
import { z } from "zod";
import type { DeviceInformation } from "@/protocol/device-information";

/** User-Agent Client Hints, as far as they are read here (WICG ua-client-hints); not every browser has them. */
const hintsSchema = z.object({ platform: z.string().optional(), platformVersion: z.string().optional() });
interface ClientHints {
  getHighEntropyValues: (hints: string[]) => Promise<unknown>;
}

/** From this platform version on, Windows calls itself 11 (Microsoft's documentation of client hints). */
const WINDOWS_11_PLATFORM_MAJOR = 13;

/** What the consent page says is told about this device, read from the browser. Never fails: what is unknown stays empty. */
export async function readDeviceInformation(): Promise<DeviceInformation> {
  const parsed = Bowser.parse(navigator.userAgent);
  const hints = await readHints();
  return {
    browserName: (parsed.browser.name ?? "").slice(0, 60),
    browserVersion: (parsed.browser.version ?? "").slice(0, 40),
    osName: (parsed.os.name ?? hints.platform ?? "").slice(0, 60),
    osVersion: osVersion(parsed.os, hints).slice(0, 40),
    screenWidth: Math.round(screen.width),
    screenHeight: Math.round(screen.height),
    devicePixelRatio: window.devicePixelRatio,
    language: navigator.language.slice(0, 35),
  };
}

type Hints = z.infer<typeof hintsSchema>;
let hintsOfThisBrowser: Promise<Hints> | undefined;

/** They stay as they are, so that they are asked for once: an answer takes long in a page that is busy. */
function readHints(): Promise<Hints> {
  hintsOfThisBrowser ??= askForHints();
  return hintsOfThisBrowser;
}

async function askForHints(): Promise<Hints> {
  const userAgentData: unknown = Reflect.get(navigator, "userAgentData");
  if (!hasClientHints(userAgentData)) return {};
  try {
    const parsed = hintsSchema.safeParse(await userAgentData.getHighEntropyValues(["platformVersion"]));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}

function hasClientHints(value: unknown): value is ClientHints {
  return typeof value === "object" && value !== null && "getHighEntropyValues" in value;
}

/** The user agent string stands still at Windows 10 and macOS 10.15; client hints tell the truth. */
function osVersion(os: Bowser.Parser.OSDetails, hints: z.infer<typeof hintsSchema>): string {
  const major = Number.parseInt(hints.platformVersion ?? "", 10);
  if (Number.isNaN(major)) return os.versionName ?? os.version ?? "";
  if (hints.platform === "Windows") return major >= WINDOWS_11_PLATFORM_MAJOR ? "11" : "10";
  return hints.platform === "macOS" ? (hints.platformVersion ?? "") : (os.version ?? "");
}
