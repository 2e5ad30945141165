// How the commands speak: one line a step, with the time it took; nothing for a step that had nothing to do;
// and for a failure its cause and what to do about it. Built-ins only.

/** After this long a running step says that it is running. */
const ANNOUNCE_AFTER_MS = 700;
/** A long step repeats that it is alive this often. */
const HEARTBEAT_MS = 30_000;

const useColour = process.stdout.isTTY === true && !process.env.NO_COLOR;
/** @param {number} code @param {string} text */
const paint = (code, text) => (useColour ? `\u001b[${code}m${text}\u001b[0m` : text);

/** A failure that the reader can do something about: `message` is the cause, `remedy` what to do. */
export class StepError extends Error {
  /**
   * @param {string} message
   * @param {string} [remedy]
   * @param {ErrorOptions} [options]
   */
  constructor(message, remedy, options) {
    super(message, options);
    this.name = "StepError";
    this.remedy = remedy;
  }
}

/**
 * @typedef {object} StepControl
 * @property {() => void} skip Says that there was nothing to do: the step then prints nothing.
 * @property {(text: string) => void} note Prints a sentence below the step while it runs.
 */

/**
 * Runs one step and prints its name and duration.
 *
 * @template T
 * @param {string} title
 * @param {(control: StepControl) => Promise<T> | T} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const startedAt = performance.now();
  let skipped = false;
  const announce = setTimeout(() => {
    console.log(`… ${title}`);
  }, ANNOUNCE_AFTER_MS);
  const heartbeat = setInterval(() => {
    console.log(`… ${title} (${elapsed(startedAt)} so far)`);
  }, HEARTBEAT_MS);
  try {
    const result = await work({
      skip: () => {
        skipped = true;
      },
      note: (text) => console.log(`  ${text}`),
    });
    if (!skipped) console.log(`${paint(32, "✓")} ${title} (${elapsed(startedAt)})`);
    return result;
  } catch (error) {
    console.log(`${paint(31, "✗")} ${title} (${elapsed(startedAt)})`);
    throw error;
  } finally {
    clearTimeout(announce);
    clearInterval(heartbeat);
  }
}

/** @param {unknown} error */
export function printFailure(error) {
  if (error instanceof StepError) {
    console.error(`\n${paint(31, error.message)}`);
    if (error.remedy) console.error(error.remedy);
    return;
  }
  // Not foreseen, so the stack is what helps whoever reads this on a terminal.
  console.error(error);
}

/** @param {number} sinceMs a `performance.now()` reading */
export function elapsed(sinceMs) {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;
}
