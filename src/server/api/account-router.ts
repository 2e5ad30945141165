import type { PublicKeyCredentialCreationOptionsJSON } from "@simplewebauthn/server";
import { z } from "zod";
import { AppError } from "@/lib/app-error";
import { createSignInCookie } from "@/server/auth/sign-in-token";
import { linkSchema, readLink, readLinkInput } from "@/server/domain/account-links/read-link";
import { redeemedLinkSchema, redeemLink, redeemLinkInput } from "@/server/domain/account-links/redeem-link";
import {
  forgotPasswordInput,
  requestPasswordReset,
} from "@/server/domain/account-links/request-password-reset";
import { changePassword, changePasswordInput } from "@/server/domain/account-passwords/change-password";
import { accountOverview, accountOverviewSchema } from "@/server/domain/accounts/account-overview";
import {
  listOwnSignIns,
  ownSignInSchema,
  revokeOtherSignIns,
  revokeOwnSignIn,
} from "@/server/domain/accounts/own-sign-ins";
import { setProfile, setProfileInput } from "@/server/domain/accounts/set-profile";
import { addPasskey, addPasskeyInput } from "@/server/domain/second-factors/add-passkey";
import { beginPasskey } from "@/server/domain/second-factors/begin-passkey";
import { beginFactorInput, beginTotp, begunTotpSchema } from "@/server/domain/second-factors/begin-totp";
import { confirmTotp, confirmTotpInput } from "@/server/domain/second-factors/confirm-totp";
import { newRecoveryCodes } from "@/server/domain/second-factors/new-recovery-codes";
import {
  type OfferedChallenge,
  offerPasskeyChallenge,
  passkeyChallengeInput,
} from "@/server/domain/second-factors/offer-passkey-challenge";
import {
  removePasskey,
  removePasskeyInput,
  removeTotp,
  removeTotpInput,
} from "@/server/domain/second-factors/remove-factor";
import { renamePasskey, renamePasskeyInput } from "@/server/domain/second-factors/rename-passkey";
import type { ApiContext } from "./context";
import { accountProcedure, anySignInProcedure, createRouter, publicProcedure } from "./init";

const nothing = z.strictObject({});
const done = z.object({});
/** Web Authentication's own forms, which the library makes and a browser's library reads. */
const creationOptions = z.custom<PublicKeyCredentialCreationOptionsJSON>();
const offeredChallenge = z.custom<OfferedChallenge>();

/** Hands the browser the sign-in that takes the place of its former one, if there is one. */
async function goOn(ctx: Pick<ApiContext, "env" | "resHeaders">, secret: string | null): Promise<void> {
  if (secret !== null) ctx.resHeaders.append("set-cookie", await createSignInCookie(ctx.env, secret));
}

/** Whoever has signed in, about the own account; and the ways into an account for those who cannot. */
export const accountRouter = createRouter({
  overview: anySignInProcedure
    .input(nothing)
    .output(accountOverviewSchema)
    .query(({ ctx }) => accountOverview(ctx)),

  signIns: accountProcedure
    .input(nothing)
    .output(z.array(ownSignInSchema))
    .query(({ ctx }) => listOwnSignIns(ctx)),
  revokeSignIn: accountProcedure
    .input(z.strictObject({ signInId: z.uuid() }))
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await revokeOwnSignIn(ctx, input.signInId);
      return {};
    }),
  revokeOtherSignIns: accountProcedure
    .input(nothing)
    .output(z.object({ revoked: z.number().int() }))
    .mutation(async ({ ctx }) => ({ revoked: await revokeOtherSignIns(ctx) })),

  changePassword: accountProcedure
    .input(changePasswordInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await goOn(ctx, await changePassword(ctx, input));
      return {};
    }),
  setProfile: accountProcedure
    .input(setProfileInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await setProfile(ctx, input);
      return {};
    }),

  beginTotp: accountProcedure
    .input(beginFactorInput)
    .output(begunTotpSchema)
    .mutation(({ ctx, input }) => beginTotp(ctx, input)),
  confirmTotp: accountProcedure
    .input(confirmTotpInput)
    .output(z.object({ recoveryCodes: z.array(z.string()) }))
    .mutation(async ({ ctx, input }) => {
      const { recoveryCodes, signInSecret } = await confirmTotp(ctx, input.code);
      await goOn(ctx, signInSecret);
      return { recoveryCodes: recoveryCodes ?? [] };
    }),
  removeTotp: accountProcedure
    .input(removeTotpInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await removeTotp(ctx, input.currentPassword);
      return {};
    }),
  newRecoveryCodes: accountProcedure
    .input(removeTotpInput)
    .output(z.object({ recoveryCodes: z.array(z.string()) }))
    .mutation(async ({ ctx, input }) => ({
      recoveryCodes: await newRecoveryCodes(ctx, input.currentPassword),
    })),

  beginPasskey: accountProcedure
    .input(beginFactorInput)
    .output(creationOptions)
    .mutation(({ ctx, input }) => beginPasskey(ctx, input.currentPassword)),
  addPasskey: accountProcedure
    .input(addPasskeyInput)
    .output(z.object({ recoveryCodes: z.array(z.string()).nullable() }))
    .mutation(async ({ ctx, input }) => {
      const { recoveryCodes, signInSecret } = await addPasskey(ctx, input);
      await goOn(ctx, signInSecret);
      return { recoveryCodes };
    }),
  renamePasskey: accountProcedure
    .input(renamePasskeyInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await renamePasskey(ctx, input);
      return {};
    }),
  removePasskey: accountProcedure
    .input(removePasskeyInput)
    .output(done)
    .mutation(async ({ ctx, input }) => {
      await removePasskey(ctx, input.passkeyId, input.currentPassword);
      return {};
    }),

  passkeyChallenge: publicProcedure
    .input(passkeyChallengeInput)
    .output(offeredChallenge)
    .mutation(async ({ ctx, input }) => {
      if (!input.pending) return offerPasskeyChallenge(ctx, null);
      const pending = await ctx.partialSignIn();
      if (pending?.stage !== "second_factor") throw new AppError("UNAUTHENTICATED");
      return offerPasskeyChallenge(ctx, pending);
    }),

  forgotPassword: publicProcedure
    .input(forgotPasswordInput)
    .output(done)
    .mutation(({ ctx, input }) => {
      requestPasswordReset(ctx, input);
      return {};
    }),
  readLink: publicProcedure
    .input(readLinkInput)
    .output(linkSchema)
    .mutation(({ ctx, input }) => readLink(ctx, input.secret)),
  redeemLink: publicProcedure
    .input(redeemLinkInput)
    .output(redeemedLinkSchema)
    .mutation(({ ctx, input }) => redeemLink(ctx, input)),
});
