import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { publicErrors } from "@/i18n/site-messages";
import { isErrorCode } from "@/lib/error-table";

const ROOT = path.resolve(import.meta.dirname, "../..");
/** What answers, carries and shows a customer: no word of a refusal that any of it names may be missing on the customer's page. */
const FOLDERS = [
  "relay",
  "src/media",
  "src/features/check",
  "src/features/reception",
  "src/features/status",
  "src/server/domain/connectivity",
  "src/server/domain/receptions",
  "src/server/domain/redemption-throttle",
  "src/server/domain/relays",
  "src/server/domain/support-sessions",
];
/** Of those, what only somebody signed in is told: an operator with too many numbers, a supervisor too many. */
const NEVER_TO_CUSTOMERS = ["OBSERVER_LIMIT", "RECEPTION_LIMIT"];

test("a customer is sent the words of every refusal that a customer can meet", async () => {
  const named = new Set<string>();
  for (const folder of FOLDERS) {
    const files = await readdir(path.join(ROOT, folder), { recursive: true });
    for (const file of files.filter((name) => /\.tsx?$/.test(name) && !/\.test\.|testing/.test(name))) {
      const text = await readFile(path.join(ROOT, folder, file), "utf8");
      for (const [, word] of text.matchAll(/"([A-Z][A-Z_]+)"/g)) if (isErrorCode(word)) named.add(word);
    }
  }
  expect(named.size).toBeGreaterThan(10);
  const missing = [...named].filter((code) => !publicErrors.some((one) => one === code));
  expect(missing.sort()).toEqual(NEVER_TO_CUSTOMERS);
});
