// Which texts a page's components use, against those that its layouts send to the browser: a namespace that is not sent would
// show as its own name, and one that nobody uses is sent in vain.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { siteNamespaces } from "@/i18n/site-messages";
import { importsOf } from "./boundaries";

const APP = "src/app";
/** What Next.js renders inside the layouts of its folder; a layout is inside those above it, and its own. */
const PAGE = /^(page|layout|loading|error|not-found|template)\.tsx$/;
/** Where components come from. Everything else never renders. */
const RENDERED = /^src\/(app|components|features|i18n|media|trpc)\//;
/** `useTranslations("sessionLog.page")` and `useMessages().audit`. */
const USES = /useTranslations\(\s*"(\w+)|useMessages\(\)\.(\w+)/g;
const UNNAMED_USE = /useTranslations\((?!\s*")/;
const SENDS = /<SiteMessages site="(\w+)"/g;

/** A page, or another file that Next.js renders by itself. */
export interface RenderedFile {
  readonly file: string;
  /** The namespaces that it and everything it imports read in the browser. */
  readonly uses: ReadonlySet<string>;
  /** The namespaces that it and the layouts around it send. */
  readonly sent: ReadonlySet<string>;
  /** The sites that they come from. */
  readonly sites: ReadonlySet<string>;
}

/** @throws Error when texts are taken from a namespace whose name cannot be read in the source */
export async function readRenderedFiles(root: string): Promise<RenderedFile[]> {
  const files = (await readdir(path.join(root, APP), { recursive: true }))
    .map((file) => `${APP}/${file.split(path.sep).join("/")}`)
    .filter((file) => PAGE.test(path.posix.basename(file)));
  const sources = new Sources(root);
  const rendered: RenderedFile[] = [];
  for (const file of files) {
    const sites = new Set(["everywhere"]);
    for (const sender of [file, ...layoutsAround(file, files)]) {
      for (const [, site] of (await sources.text(sender)).matchAll(SENDS)) if (site) sites.add(site);
    }
    const sent = Object.entries(siteNamespaces).flatMap(([site, names]) => (sites.has(site) ? names : []));
    rendered.push({ file, uses: await sources.uses(file), sent: new Set(sent), sites });
  }
  return rendered;
}

function layoutsAround(file: string, files: readonly string[]): string[] {
  return files.filter(
    (other) =>
      path.posix.basename(other) === "layout.tsx" && file.startsWith(`${path.posix.dirname(other)}/`),
  );
}

/** The project's sources, each read once. */
class Sources {
  readonly #root: string;
  readonly #texts = new Map<string, string>();
  readonly #imports = new Map<string, readonly string[]>();

  constructor(root: string) {
    this.#root = root;
  }

  async text(file: string): Promise<string> {
    const known = this.#texts.get(file);
    if (known !== undefined) return known;
    const text = await readFile(path.join(this.#root, file), "utf8");
    this.#texts.set(file, text);
    return text;
  }

  /** The namespaces of a file and of everything that it imports. */
  async uses(file: string): Promise<Set<string>> {
    const found = new Set<string>();
    const seen = new Set([file]);
    for (const one of seen) {
      const text = await this.text(one);
      if (UNNAMED_USE.test(text)) throw new Error(`${one}: a namespace without a name in the source`);
      for (const [, translated, read] of text.matchAll(USES)) found.add(translated ?? read ?? "");
      for (const target of await this.#importsOf(one, text)) seen.add(target);
    }
    return found;
  }

  async #importsOf(file: string, text: string): Promise<readonly string[]> {
    const known = this.#imports.get(file);
    if (known) return known;
    const targets: string[] = [];
    for (const specifier of await importsOf(text, file)) {
      const target = await this.#resolve(file, specifier);
      if (target !== null) targets.push(target);
    }
    this.#imports.set(file, targets);
    return targets;
  }

  async #resolve(file: string, specifier: string): Promise<string | null> {
    const base = specifier.startsWith("@/")
      ? `src/${specifier.slice(2)}`
      : specifier.startsWith(".")
        ? path.posix.join(path.posix.dirname(file), specifier)
        : null;
    if (base === null || !RENDERED.test(base)) return null;
    for (const candidate of [`${base}.tsx`, `${base}.ts`]) {
      const isThere = await this.text(candidate).then(
        () => true,
        () => false,
      );
      if (isThere) return candidate;
    }
    return null;
  }
}
