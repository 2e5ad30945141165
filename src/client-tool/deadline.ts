/**
 * Does something that is called off when a signal is given, when its time is up, or when it calls itself off.
 *
 * With a timer of its own: an AbortSignal.timeout that only AbortSignal.any knows is collected as garbage by Node, and is never given.
 *
 * @param work gets the signal that calls it off, and what gives that signal early
 */
export async function withDeadline<T>(
  signal: AbortSignal,
  timeoutMs: number,
  work: (signal: AbortSignal, callOff: () => void) => Promise<T>,
): Promise<T> {
  const enough = new AbortController();
  const callOff = () => enough.abort(signal.aborted ? signal.reason : undefined);
  const timer = setTimeout(callOff, timeoutMs);
  signal.addEventListener("abort", callOff);
  if (signal.aborted) callOff();
  try {
    return await work(enough.signal, callOff);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", callOff);
  }
}
