import { existsSync } from "node:fs";

/** jemalloc 5, where Debian, Ubuntu, Fedora and openSUSE put it. */
const KNOWN_PLACES = [
  "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2",
  "/usr/lib/aarch64-linux-gnu/libjemalloc.so.2",
  "/usr/lib64/libjemalloc.so.2",
];
/** Gives pages back to the system a second after they were freed, on a thread of its own. */
const SETTINGS = "background_thread:true,dirty_decay_ms:1000,muzzy_decay_ms:0";

/**
 * Lets the workers that are started from now on take their memory from jemalloc. A worker allocates in small pieces, for hundreds of
 * sessions in turn; glibc's allocator keeps the pages between what is left (500 sessions that ended left 280 MB behind, with
 * jemalloc 20 MB).
 *
 * @param library a shared library; null: the system's own allocator; undefined: jemalloc if this machine has it
 * @returns the library that is used, or null
 */
export function chooseWorkerAllocator(library: string | null | undefined): string | null {
  if (process.platform !== "linux" || library === null) return null;
  const chosen = library ?? KNOWN_PLACES.find((place) => existsSync(place)) ?? null;
  if (chosen === null) return null;
  // mediasoup hands its own environment on to the workers, and this process starts nothing else.
  process.env.LD_PRELOAD = chosen;
  process.env.MALLOC_CONF ??= SETTINGS;
  return chosen;
}
