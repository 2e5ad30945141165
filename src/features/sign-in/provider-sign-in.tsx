"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { TextField } from "@/components/text-field";
import { PasswordField } from "./password-field";
import { SignInFrame } from "./sign-in-frame";
import { useSignIn } from "./use-sign-in";

const formSchema = z.object({ providerCode: z.string().trim().min(1), password: z.string().min(1) });
type Form = z.infer<typeof formSchema>;

/** The same for the people who run the service: ID and password. */
export function ProviderSignIn({ next }: { next: string }) {
  const t = useTranslations("signIn");
  const common = useTranslations("common");
  const { state, submit } = useSignIn("provider", next);
  const {
    register,
    handleSubmit,
    setFocus,
    formState: { errors },
  } = useForm<Form>({
    // No default values: they would wipe what a password manager, or somebody quick, filled in before this ran.
    resolver: zodResolver(formSchema),
  });
  useEffect(() => {
    setFocus("providerCode");
  }, [setFocus]);
  useEffect(() => {
    if (state.kind === "refused") setFocus("password", { shouldSelect: true });
  }, [state, setFocus]);
  const send = handleSubmit(submit);
  return (
    <SignInFrame
      heading={t("providerHeading")}
      lead={t("providerLead")}
      state={state}
      onSubmit={(event) => void send(event)}
    >
      <TextField
        label={t("id")}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        error={errors.providerCode && common("required")}
        {...register("providerCode")}
      />
      <PasswordField error={errors.password && common("required")} {...register("password")} />
    </SignInFrame>
  );
}
