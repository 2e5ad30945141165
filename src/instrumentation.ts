/** Next calls this once when the server starts, before it answers anything. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  // Imported here, for Next loads this file in every runtime and the jobs need Node's.
  const { startJobs } = await import("@/server/jobs/start-jobs");
  await startJobs();
}
