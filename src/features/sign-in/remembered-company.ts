import { z } from "zod";

const STORAGE_KEY = "madoguchi.companyCode";
const storedSchema = z.string().max(64).catch("");

/** The company code of the last sign-in in this browser; empty when there was none, or nothing is kept. */
export function readRememberedCompany(): string {
  try {
    return storedSchema.parse(localStorage.getItem(STORAGE_KEY) ?? "");
  } catch {
    return "";
  }
}

/** Keeps the company code for the next time; the rest is the password manager's business. */
export function rememberCompany(code: string): void {
  try {
    localStorage.setItem(STORAGE_KEY, code);
  } catch {
    // It is typed again next time.
  }
}
