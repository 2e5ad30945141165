import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { findWords } from "@/i18n/find-words";
import { messages } from "@/i18n/messages";

const FOLDERS = ["src/server/domain", "src/server/auth", "src/server/jobs", "src/server/mail"];
/** Words of mails, and names of files, are written like actions. */
const NO_ACTIONS = /mail-text\.ts$/;
const FILE_NAME = /\.(json|js|csv|ts)$/;

/** Every action that the source can write into the audit log. */
async function actionsInSource(): Promise<string[]> {
  const found = new Set<string>();
  for (const folder of FOLDERS) {
    for (const entry of await readdir(folder, { recursive: true })) {
      const file = path.join(folder, entry);
      if (!/(?<!\.test)\.ts$/.test(file) || file.includes("/testing/") || NO_ACTIONS.test(file)) continue;
      for (const [, action] of (await readFile(file, "utf8")).matchAll(/"([a-z_]+\.[a-z_]+)"/g)) {
        if (action && !FILE_NAME.test(action)) found.add(action);
      }
    }
  }
  return [...found].sort();
}

test.each(["en", "ja"] as const)(
  "every action has its words in %s, and every group its name",
  async (locale) => {
    const actions = await actionsInSource();
    expect(actions.length).toBeGreaterThan(40);
    const words = messages[locale].audit;
    expect(actions.filter((action) => findWords(words, `actions.${action}`) === null)).toEqual([]);
    const groups = new Set(actions.map((action) => action.slice(0, action.indexOf("."))));
    expect([...groups].filter((group) => findWords(words, `groups.${group}`) === null)).toEqual([]);
  },
);

test("there are words for no action that nothing writes any more", async () => {
  const actions = await actionsInSource();
  const worded = Object.entries(messages.en.audit.actions).flatMap(([group, verbs]) =>
    Object.keys(verbs).map((verb) => `${group}.${verb}`),
  );
  expect(worded.filter((action) => !actions.includes(action))).toEqual([]);
  expect(Object.keys(messages.en.audit.groups).sort()).toEqual(Object.keys(messages.en.audit.actions).sort());
});
