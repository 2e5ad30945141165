/**
 * Names that came from the other side, made into names that any of the usual file systems takes and that say what they are.
 * Nothing here trusts its input: it may be empty, endless, or written to mislead.
 */

/** What Windows, macOS and Linux all store, in bytes of UTF-8, with room for what browsers add while they write. */
export const MAX_NAME_BYTES = 240;
/** An ending that is longer is no ending. */
const MAX_ENDING_BYTES = 24;
const NAMELESS = "unnamed";
/** In UTF-16 code units: families of emoji have about a dozen. */
const LONGEST_CHARACTER = 64;
/** One for all names: to make it takes longer than to use it. */
const characters = new Intl.Segmenter();

/** Control characters, line and paragraph separators, and everything invisible but the two joiners that scripts and emoji need. */
const INVISIBLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]/gu;
/** Reserved by Windows, beside the separators of paths (Naming Files, Paths, and Namespaces). */
const RESERVED_CHARACTERS = /[<>:"|?*]/g;
const RESERVED_NAMES = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?= *(?:\.|$))/i;
const DRIVE = /^[A-Za-z]:$/;

/** Files that do something when they are opened, on any of the usual systems: programs, scripts, installers, macros, links. */
const programEndings = new Set(
  (
    "app appimage appref-ms apk application bat bin cmd com command cpl deb desktop dll dmg docm dotm exe gadget hta inf iso jar jnlp " +
    "js jse lnk msc msi msp mst pif pkg ppam pptm ps1 psm1 py pyw reg rpm run scf scr sh sys url vb vbe vbs vhd vhdx workflow ws wsf wsh " +
    "xlam xll xlsm xltm"
  ).split(" "),
);

/** A name without anything that could lead out of a folder, mislead a reader, or be refused by a file system; never empty. */
export function harmlessName(raw: string): string {
  const parts = raw
    .replace(/\p{Cs}/gu, "\ufffd")
    .normalize("NFC")
    .replace(INVISIBLE, "")
    .split(/[/\\]/)
    .map((part) => part.trim())
    .filter((part) => part !== "" && part !== "." && part !== ".." && !DRIVE.test(part));
  const plain = parts
    .join("_")
    .replace(RESERVED_CHARACTERS, "_")
    // Long gaps hide an ending from who reads the name.
    .replace(/\s+/gu, " ");
  const short = cut(withoutDangling(plain), MAX_NAME_BYTES - 1);
  const name = withoutDangling(short);
  if (name === "") return NAMELESS;
  return RESERVED_NAMES.test(name) ? `_${name}` : name;
}

/** A harmless name that is no longer than so many bytes of UTF-8; its ending stays. @param name as {@link harmlessName} made it */
export function shortName(name: string, maxBytes: number): string {
  return withoutDangling(cut(name, maxBytes));
}

/** Whether opening such a file may do something by itself. @param name as {@link harmlessName} made it */
export function isProgram(name: string): boolean {
  return programEndings.has(endingOf(name).slice(1).toLowerCase());
}

/** What is to get a path. */
export interface NamedEntry {
  /** As the sender names it: folders and, last, its own name. */
  readonly path: readonly string[];
  readonly isFolder?: boolean;
}

/**
 * The paths of a batch, harmless and all different, also where a file system takes capital letters for small ones: what collides is
 * numbered. What is in the same folder stays together.
 *
 * @param taken names at the top that are there already and stay as they are
 */
export function harmlessPaths(entries: readonly NamedEntry[], taken: Iterable<string> = []): string[][] {
  const root: Folder = new Map();
  for (const name of taken) root.set(key(name), { name, folder: null });
  const known = new Map<string, { folder: Folder; path: string[] }>();
  // Thousands of files are in the same few folders.
  const names = new Map<string, string>();
  const nameOf = (part: string) => {
    const name = names.get(part) ?? harmlessName(part);
    names.set(part, name);
    return name;
  };
  return entries.map(({ path: parts, isFolder }) => {
    let place = { folder: root, path: [] as string[] };
    let raw = "";
    for (const part of isFolder ? parts : parts.slice(0, -1)) {
      const name = nameOf(part);
      raw += `/${key(name)}`;
      let inside = known.get(raw);
      if (!inside) {
        const folder: Folder = new Map();
        inside = { folder, path: [...place.path, claim(place.folder, name, folder)] };
        known.set(raw, inside);
      }
      place = inside;
    }
    if (isFolder) return place.path;
    return [...place.path, claim(place.folder, harmlessName(parts.at(-1) ?? ""), null)];
  });
}

/** What a folder holds, by names as a file system compares them. */
type Folder = Map<string, { readonly name: string; readonly folder: Folder | null; next?: number }>;

function claim(within: Folder, name: string, folder: Folder | null): string {
  const first = within.get(key(name));
  if (!first) {
    within.set(key(name), { name, folder });
    return name;
  }
  // From the last number on, so that a thousand files of one name are not compared a million times.
  for (let number = first.next ?? 2; ; number += 1) {
    const candidate = numbered(name, number);
    if (within.has(key(candidate))) continue;
    first.next = number + 1;
    within.set(key(candidate), { name: candidate, folder });
    return candidate;
  }
}

/** `photo.jpg` → `photo (2).jpg` */
function numbered(name: string, number: number): string {
  const ending = endingOf(name);
  const mark = ` (${number})`;
  const stem = name.slice(0, name.length - ending.length);
  return `${cutText(stem, MAX_NAME_BYTES - bytesOf(ending) - mark.length).trimEnd()}${mark}${ending}`;
}

function key(name: string): string {
  return name.normalize("NFC").toUpperCase().toLowerCase();
}

/** With its dot; empty for none. */
function endingOf(name: string): string {
  const dot = name.lastIndexOf(".");
  const ending = dot > 0 ? name.slice(dot) : "";
  return ending.length > 1 && bytesOf(ending) <= MAX_ENDING_BYTES ? ending : "";
}

/** Windows drops dots and spaces at the end, so that another name would come out. */
function withoutDangling(name: string): string {
  return name.replace(/^ +|[. ]+$/g, "");
}

function cut(name: string, maxBytes: number): string {
  if (bytesOf(name) <= maxBytes) return name;
  const ending = endingOf(name);
  return cutText(name.slice(0, name.length - ending.length), maxBytes - bytesOf(ending)) + ending;
}

/** Whole characters as a reader counts them. */
function cutText(text: string, maxBytes: number): string {
  let bytes = 0;
  let end = 0;
  for (const character of text) {
    bytes += bytesOf(character);
    if (bytes > maxBytes) break;
    end += character.length;
  }
  if (end === text.length) return text;
  // What stands after the cut is looked at no further than the one character needs: a name may be very long.
  const around = text.slice(0, end + LONGEST_CHARACTER);
  return text.slice(0, characters.segment(around).containing(end)?.index ?? end);
}

function bytesOf(text: string): number {
  let bytes = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    // Each half of a pair stands for two of its four bytes.
    const isHalf = unit >= 0xd800 && unit <= 0xdfff;
    if (unit >= 0x80) bytes += unit < 0x800 || isHalf ? 1 : 2;
  }
  return bytes;
}
