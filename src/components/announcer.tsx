/**
 * Reads a change out to those who cannot see it. Keep it in the page all the time and change only its text: a live region
 * that comes together with its text is often not read.
 */
export function Announcer({ message, assertive = false }: { message: string; assertive?: boolean }) {
  return (
    <div
      role={assertive ? "alert" : "status"}
      aria-live={assertive ? "assertive" : "polite"}
      className="sr-only"
    >
      {message}
    </div>
  );
}
