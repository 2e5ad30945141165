"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { PasswordField } from "@/components/password-field";
import { TextField } from "@/components/text-field";
import { type FilledIn, forgotPasswordPath } from "./sign-in-address";
import { SignInFrame } from "./sign-in-frame";
import { usePasskeyAnswer } from "./use-passkey-answer";
import { useSignIn } from "./use-sign-in";

const formSchema = z.object({ providerCode: z.string().trim().min(1), password: z.string().min(1) });
type Form = z.infer<typeof formSchema>;

interface ProviderSignInProps {
  next: string | null;
  filledIn: Pick<FilledIn, "code">;
  passkeysPossible: boolean;
}

/** The same for the people who run the service: ID and password, or a passkey. */
export function ProviderSignIn({ next, filledIn, passkeysPossible }: ProviderSignInProps) {
  const t = useTranslations("signIn");
  const common = useTranslations("common");
  const { state, refusals, submit, submitPasskey } = useSignIn("provider", next);
  const askPasskey = usePasskeyAnswer(false);
  const {
    getValues,
    register,
    handleSubmit,
    setFocus,
    setValue,
    formState: { errors },
  } = useForm<Form>({
    // No default values: they would wipe what a password manager, or somebody quick, filled in before this ran.
    resolver: zodResolver(formSchema),
  });
  useEffect(() => {
    if (filledIn.code !== null && !getValues("providerCode")) setValue("providerCode", filledIn.code);
    setFocus(getValues("providerCode") ? "password" : "providerCode");
  }, [filledIn.code, getValues, setFocus, setValue]);
  useEffect(() => {
    if (state.kind === "refused") setFocus("password", { shouldSelect: true });
  }, [state, setFocus]);
  const send = handleSubmit(submit);
  return (
    <SignInFrame
      heading={t("providerHeading")}
      lead={t("providerLead")}
      state={state}
      refusals={refusals}
      onSubmit={(event) => void send(event)}
      onPasskey={passkeysPossible ? () => void submitPasskey(askPasskey) : undefined}
      forgotPath={forgotPasswordPath("provider")}
    >
      <TextField
        label={t("id")}
        autoComplete="username webauthn"
        autoCapitalize="none"
        spellCheck={false}
        error={errors.providerCode && common("required")}
        {...register("providerCode")}
      />
      <PasswordField
        label={t("password")}
        autoComplete="current-password"
        error={errors.password && common("required")}
        {...register("password")}
      />
    </SignInFrame>
  );
}
