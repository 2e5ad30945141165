import { receptionNumberSchema } from "@/protocol/reception-number";

/**
 * The digits of the numbers that this browser tab issued. The server keeps only a keyed hash, so they cannot be asked
 * for again: they live in the tab's sessionStorage, which survives a reload and dies with the tab.
 */
const KEY_PREFIX = "madoguchi.reception.";

/** Just what is used of Web Storage. */
export type NumberStorage = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** Keeps the digits of a number just issued. A tab without storage (blocked by its user) still shows them until a reload. */
export function rememberNumber(
  storage: NumberStorage | null,
  reception: { receptionId: string; number: string },
): void {
  try {
    storage?.setItem(KEY_PREFIX + reception.receptionId, reception.number);
  } catch {
    // Full or forbidden storage costs the digits after a reload, never the number itself.
  }
}

/** Every number this tab knows, by reception id. What is not a reception number is left out. */
export function rememberedNumbers(storage: NumberStorage | null): ReadonlyMap<string, string> {
  const numbers = new Map<string, string>();
  for (const key of numberKeys(storage)) {
    const digits = receptionNumberSchema.safeParse(storage?.getItem(key));
    if (digits.success) numbers.set(key.slice(KEY_PREFIX.length), digits.data);
  }
  return numbers;
}

/** Forgets every number except those still of use, so that digits do not pile up in a tab that is open for weeks. */
export function forgetNumbersExcept(storage: NumberStorage | null, inUse: ReadonlySet<string>): void {
  for (const key of numberKeys(storage)) {
    if (!inUse.has(key.slice(KEY_PREFIX.length))) storage?.removeItem(key);
  }
}

/** The tab's storage; null on the server and where the browser forbids it. */
export function tabStorage(): NumberStorage | null {
  try {
    return typeof window === "undefined" ? null : window.sessionStorage;
  } catch {
    return null;
  }
}

function numberKeys(storage: NumberStorage | null): string[] {
  const keys: string[] = [];
  for (let index = 0; index < (storage?.length ?? 0); index += 1) {
    const key = storage?.key(index);
    if (key?.startsWith(KEY_PREFIX)) keys.push(key);
  }
  return keys;
}
