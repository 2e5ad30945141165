import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { siteNamespaces } from "@/i18n/site-messages";
import { type RenderedFile, readRenderedFiles } from "./message-namespaces";

let rendered: readonly RenderedFile[];
beforeAll(async () => {
  rendered = await readRenderedFiles(path.resolve(import.meta.dirname, "../.."));
});

describe("the texts that are sent to browsers", () => {
  it("are all that each page uses", () => {
    const missing = rendered.flatMap(({ file, uses, sent }) =>
      [...uses].filter((name) => !sent.has(name)).map((name) => `${file}: ${name}`),
    );
    expect(missing).toEqual([]);
  });

  it("are used by a page of their site", () => {
    const idle = Object.entries(siteNamespaces).flatMap(([site, names]) => {
      const used = new Set(rendered.filter(({ sites }) => sites.has(site)).flatMap(({ uses }) => [...uses]));
      return names.filter((name) => !used.has(name)).map((name) => `${site}: ${name}`);
    });
    expect(idle).toEqual([]);
  });

  it("are those of the customer's site on the customer's page, and no others", () => {
    const page = rendered.find(({ file }) => file === "src/app/page.tsx");
    expect([...(page?.uses ?? [])].sort()).toEqual([
      "common",
      "control",
      "endReasons",
      "errors",
      "files",
      "reception",
      "session",
    ]);
    expect([...(page?.sent ?? [])].sort()).toEqual([
      "common",
      "control",
      "endReasons",
      "errors",
      "files",
      "reception",
      "session",
    ]);
  });
});
