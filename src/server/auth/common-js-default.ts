/**
 * The default export of a CommonJS package: Node hands over all that the package exports as its default, a bundler what the package
 * itself calls so. Our code runs in both.
 */
export function commonJsDefault<T extends object>(imported: T | { readonly default: T }): T {
  return "default" in imported ? imported.default : imported;
}
