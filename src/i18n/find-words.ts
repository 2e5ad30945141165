/** Texts by name; a name leads to a text or to more texts. */
export type WordTree = { readonly [name: string]: string | WordTree };

/**
 * The text at a path such as `actions.session.ended`, for names that are only known while the product runs: the translator's own keys are
 * checked by the compiler.
 *
 * @returns null when there is none
 */
export function findWords(tree: WordTree, path: string): string | null {
  let place: string | WordTree | undefined = tree;
  for (const name of path.split(".")) {
    if (typeof place !== "object" || !Object.hasOwn(place, name)) return null;
    place = place[name];
  }
  return typeof place === "string" ? place : null;
}
