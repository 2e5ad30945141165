/**
 * Marks a branch that the type checker has proved empty. If data ever gets there all the same,
 * it says which value did, instead of going on with nonsense.
 *
 * @throws Error always
 */
export function assertUnreachable(value: never): never {
  throw new Error(`Unreachable: ${JSON.stringify(value)}`);
}
