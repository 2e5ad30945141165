/** Wraps an action so that it is not started again while it is under way. A call meanwhile answers undefined. */
export function onceAtATime<Arguments extends unknown[], Result>(
  action: (...args: Arguments) => Promise<Result>,
): (...args: Arguments) => Promise<Result | undefined> {
  let running = false;
  return async (...args) => {
    if (running) return undefined;
    running = true;
    try {
      return await action(...args);
    } finally {
      running = false;
    }
  };
}
