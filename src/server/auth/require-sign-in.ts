import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { getEnvironment } from "@/env";
import { getDatabase } from "@/server/db/client";
import type { OperatorActor, ProviderActor } from "@/server/domain/service-context";
import { readClientAddress } from "@/server/http/client-address";
import { type PartialSignIn, resolveSignIn } from "./current-sign-in";
import { continueSignInPath, providerSignInPath, signInPath } from "./sign-in-path";
import { readSignInSecret } from "./sign-in-token";

/** Whoever has signed in, and how far; null: nobody. For server components and route handlers; asked once a request. */
export const currentPartialSignIn = cache(async (): Promise<PartialSignIn | null> => {
  const env = getEnvironment();
  const all = await headers();
  const secret = await readSignInSecret(all.get("cookie"), env);
  return resolveSignIn(getDatabase(env.DATABASE_URL), secret, new Date(), {
    touch: true,
    clientAddress: readClientAddress(all),
  });
});

/** Whoever is signed in completely; null: nobody. */
export async function currentSignIn(): Promise<OperatorActor | ProviderActor | null> {
  const signIn = await currentPartialSignIn();
  return signIn?.stage === "complete" ? signIn.actor : null;
}

/**
 * The operator who opens a page; nobody else gets to see it. A sign-in that is not complete is led on to its next step.
 *
 * @param path the page's own path, to come back to after signing in
 */
export async function requireOperator(path: string): Promise<OperatorActor> {
  const actor = await requireComplete(path, signInPath(path));
  return actor.kind === "operator" ? actor : redirect(signInPath(path));
}

/** The same for the people who run the service. */
export async function requireProvider(path: string): Promise<ProviderActor> {
  const actor = await requireComplete(path, providerSignInPath(path));
  return actor.kind === "provider" ? actor : redirect(providerSignInPath(path));
}

/** The same for either, as on the page of the own account. */
export function requireAccount(path: string): Promise<OperatorActor | ProviderActor> {
  return requireComplete(path, signInPath(path));
}

async function requireComplete(path: string, elsewhere: string): Promise<OperatorActor | ProviderActor> {
  const signIn = await currentPartialSignIn();
  if (!signIn) redirect(elsewhere);
  if (signIn.stage !== "complete") redirect(continueSignInPath(path));
  return signIn.actor;
}
