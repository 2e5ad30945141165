/**
 * `BENCH_QUICK=1 npm run bench -- …` runs a bench with few rounds, to see that it works. Its numbers mean nothing, so they are
 * written beside the build and not among the results.
 */
export const isQuick = process.env.BENCH_QUICK === "1";

/** The usual number, or the small one of a quick run. */
export function unlessQuick(usual: number, quick: number): number {
  return isQuick ? quick : usual;
}
