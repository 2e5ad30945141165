import { expect, test } from "vitest";
import { controlObstacles } from "@/protocol/control";
import { endReasons } from "@/protocol/end-reason";
import { type ControlSituation, systemLanguage, toolTexts } from "./texts";
import { type FailureKind, failureExitCodes } from "./tool-failure";

const operator = { operatorName: "Aoi", companyName: "Demo Support", sharesDevice: true };
const kinds = Object.keys(failureExitCodes).filter((kind): kind is FailureKind => kind in failureExitCodes);
const situations: ControlSituation[] = [
  { is: "controlled" },
  { is: "controlled", monitor: "HDMI-1" },
  { is: "paused" },
  { is: "waiting" },
  { is: "unwatched" },
  { is: "reconnecting" },
  ...controlObstacles.map((obstacle) => ({ is: "blocked" as const, obstacle })),
];

/** Everything that can be said in a language. */
function everything(language: "ja" | "en"): string[] {
  const texts = toolTexts(language);
  return [
    texts.connecting,
    texts.joining,
    texts.controlEnded,
    texts.help,
    ...kinds.map((kind) => texts.failure(kind, "support.example")),
    ...[...endReasons, null].map((reason) => texts.sessionEnded(reason)),
    ...situations.flatMap((situation) => Object.values(texts.window(operator, situation))),
  ];
}

test("every text is there in both languages, in its own script, and filled in", () => {
  const [english, japanese] = [everything("en"), everything("ja")];
  expect(english).toHaveLength(japanese.length);
  for (const text of english) expect(text).toMatch(/^[\x20-\x7e\n…–“”]+$/);
  for (const text of japanese) expect(text).toMatch(/[ぁ-んァ-ヶ一-龠]/);
  for (const text of [...english, ...japanese]) expect(text).not.toMatch(/[{}]|undefined|null/);
});

test("a failure says what, why and what now", () => {
  for (const kind of kinds) {
    expect(toolTexts("en").failure(kind, "h").split(/[.]\s/).length, kind).toBeGreaterThanOrEqual(2);
    expect(toolTexts("ja").failure(kind, "h").split("。").length, kind).toBeGreaterThanOrEqual(3);
  }
  expect(toolTexts("en").failure("unreachable", "support.example")).toContain("support.example");
  expect(toolTexts("ja").failure("certificate", "support.example")).toContain("support.example");
});

test("the question names who asks, and tells of shared details only when they are shared", () => {
  for (const language of ["ja", "en"] as const) {
    const { window } = toolTexts(language);
    const asked = window(operator, { is: "controlled" });
    expect(asked.question).toContain("Aoi");
    expect(asked.question).toContain("Demo Support");
    const silent = window({ ...operator, sharesDevice: false }, { is: "controlled" });
    expect(asked.details.startsWith(silent.details)).toBe(true);
    expect(asked.details.length).toBeGreaterThan(silent.details.length);
  }
});

test.each([
  ["ja-JP", "ja"],
  ["ja", "ja"],
  ["en-US", "en"],
  ["jav", "en"],
  ["de-DE", "en"],
])("%s is spoken to in %s", (locale, language) => {
  expect(systemLanguage(locale)).toBe(language);
});
