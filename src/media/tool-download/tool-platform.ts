import type { ToolPlatform } from "@/protocol/control";

/** `navigator` as far as it is asked; `userAgentData` is Chromium's alone. */
interface NavigatorFacts {
  readonly userAgent: string;
  readonly maxTouchPoints: number;
  readonly userAgentData?: { readonly platform: string; readonly mobile: boolean };
}

/**
 * The system of this browser, as far as the Client Tool exists for it.
 *
 * @returns null on phones, tablets, ChromeOS and whatever else
 */
export function detectToolPlatform(facts: NavigatorFacts = navigator): ToolPlatform | null {
  if (facts.userAgentData?.mobile) return null;
  const text = facts.userAgentData?.platform ? facts.userAgentData.platform : facts.userAgent;
  if (/Android|iPhone|iPad|CrOS|Chrome ?OS/i.test(facts.userAgent)) return null;
  if (/Windows/i.test(text)) return "windows";
  // An iPad calls itself a Macintosh, and has fingers.
  if (/mac ?OS|Macintosh/i.test(text)) return facts.maxTouchPoints > 1 ? null : "macos";
  if (/Linux/i.test(text)) return "linux";
  return null;
}
