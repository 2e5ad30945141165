/** The language of an account's e-mail, as the database has it; whatever else stands there is read as English. */
export function mailLocale(stored: string): "ja" | "en" {
  return stored === "ja" ? "ja" : "en";
}
