import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { getEnvironment } from "@/env";
import { getDatabase } from "@/server/db/client";
import type { OperatorActor, ProviderActor } from "@/server/domain/service-context";
import { resolveSignIn } from "./current-sign-in";
import { signInPath } from "./sign-in-path";
import { readSignInSecret } from "./sign-in-token";

/** Whoever is signed in; null: nobody. For server components and route handlers; asked once a request. */
export const currentSignIn = cache(async (): Promise<OperatorActor | ProviderActor | null> => {
  const env = getEnvironment();
  const secret = await readSignInSecret((await headers()).get("cookie"), env);
  return resolveSignIn(getDatabase(env.DATABASE_URL), secret, new Date(), { touch: true });
});

/**
 * The operator who opens a page; nobody else gets to see it.
 *
 * @param path the page's own path, to come back to after signing in
 */
export async function requireOperator(path: string): Promise<OperatorActor> {
  const actor = await currentSignIn();
  return actor?.kind === "operator" ? actor : redirect(signInPath(path));
}
