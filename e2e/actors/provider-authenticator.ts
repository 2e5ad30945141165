import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Stack } from "../fixtures/stack";
import { Authenticator } from "./authenticator";

const keptSchema = z.object({ uri: z.string(), lastStep: z.int() });

/** Beside the product's data, as each stack has its own provider account, and each failed test a new process. */
function keptIn(stack: Stack): string {
  return join(stack.dataDir, "e2e-provider-authenticator.json");
}

/** The provider's authenticator app; null: the account was not set up by a test yet. */
export async function openProviderAuthenticator(stack: Stack): Promise<Authenticator | null> {
  const text = await readFile(keptIn(stack), "utf8").catch(() => null);
  if (text === null) return null;
  const { uri, lastStep } = keptSchema.parse(JSON.parse(text));
  return new Authenticator(uri, lastStep);
}

/** Keeps the app for the tests that come later. */
export async function keepProviderAuthenticator(stack: Stack, app: Authenticator): Promise<void> {
  await writeFile(keptIn(stack), JSON.stringify({ uri: app.uri, lastStep: app.lastStep }));
}
