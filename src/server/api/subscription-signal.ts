/**
 * The signal that ends a subscription. tRPC hands one to every procedure that is called over HTTP; a subscription that is
 * called from within the server without one lives as long as its caller reads it.
 */
export function signalOf(signal: AbortSignal | undefined): AbortSignal {
  return signal ?? new AbortController().signal;
}
