import type { ServiceContext, SystemActor } from "@/server/domain/service-context";

/** A job that has not finished by then is cut off, with its lock. */
const JOB_TIMEOUT_MS = 60_000;

/**
 * Runs a job unless another management server runs it at this moment. The lock belongs to a transaction that does nothing
 * else, so that it goes away with the server that holds it, however that server ends; the job's own work commits by itself.
 *
 * @returns what the job returned; null when another server has it
 */
export async function runExclusively<T>(
  ctx: ServiceContext<SystemActor>,
  name: string,
  job: () => Promise<T>,
): Promise<T | null> {
  return ctx.db.$transaction(
    async (tx) => {
      const [row] = await tx.$queryRaw<{ mine: boolean }[]>`
        SELECT pg_try_advisory_xact_lock(hashtext('madoguchi job'), hashtext(${name})) AS mine`;
      return row?.mine ? job() : null;
    },
    { timeout: JOB_TIMEOUT_MS },
  );
}
