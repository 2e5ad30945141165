import { signIn } from "next-auth/react";
import { type ErrorCode, isErrorCode } from "@/lib/error-table";

/** The ways to prove something, as the server names them. */
export type SignInWay = "operator" | "provider" | "second_factor" | "passkey";

/** @returns null: it worked, and this browser's cookie says so */
export async function trySignIn(
  way: SignInWay,
  credentials: Record<string, string>,
): Promise<ErrorCode | null> {
  try {
    const answer = await signIn(way, { ...credentials, redirect: false });
    if (answer?.ok && !answer.error) return null;
    return isErrorCode(answer?.error) ? answer.error : "UNAVAILABLE";
  } catch {
    return "UNAVAILABLE";
  }
}
