"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { PasswordField } from "@/components/password-field";
import { TextField } from "@/components/text-field";
import { isTyping } from "./is-typing";
import { readRememberedCompany, rememberCompany } from "./remembered-company";
import { type FilledIn, forgotPasswordPath } from "./sign-in-address";
import { SignInFrame } from "./sign-in-frame";
import { usePasskeyAnswer } from "./use-passkey-answer";
import { useSignIn } from "./use-sign-in";

/** Only what a form can know: that something was typed. Whether it is right is the server's word. */
const formSchema = z.object({
  companyCode: z.string().trim().min(1),
  operatorCode: z.string().trim().min(1),
  password: z.string().min(1),
});
type Form = z.infer<typeof formSchema>;

interface OperatorSignInProps {
  /** Where to go then; null: the start page of whoever signs in. */
  next: string | null;
  filledIn: FilledIn;
  passkeysPossible: boolean;
}

/** Company code, ID and password, or a passkey. What was typed stays after a refusal. */
export function OperatorSignIn({ next, filledIn, passkeysPossible }: OperatorSignInProps) {
  const t = useTranslations("signIn");
  const common = useTranslations("common");
  const { state, refusals, submit, submitPasskey } = useSignIn("operator", next);
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
    if (isTyping()) return;
    const company = filledIn.companyCode ?? readRememberedCompany();
    if (company !== "" && !getValues("companyCode")) setValue("companyCode", company);
    if (filledIn.code !== null && !getValues("operatorCode")) setValue("operatorCode", filledIn.code);
    setFocus(
      !getValues("companyCode") ? "companyCode" : !getValues("operatorCode") ? "operatorCode" : "password",
    );
  }, [filledIn.code, filledIn.companyCode, getValues, setFocus, setValue]);
  useEffect(() => {
    if (state.kind === "refused") setFocus("password", { shouldSelect: true });
  }, [state, setFocus]);
  const send = handleSubmit(async (form) => {
    rememberCompany(form.companyCode);
    await submit(form);
  });
  return (
    <SignInFrame
      heading={t("heading")}
      lead={t("lead")}
      state={state}
      refusals={refusals}
      onSubmit={(event) => void send(event)}
      onPasskey={passkeysPossible ? () => void submitPasskey(askPasskey) : undefined}
      forgotPath={forgotPasswordPath("operator")}
      footer={
        <Link href="/" className="inline-block font-semibold text-accent hover:underline">
          {t("toCustomerPage")}
        </Link>
      }
    >
      <TextField
        label={t("companyCode")}
        autoComplete="organization"
        autoCapitalize="none"
        spellCheck={false}
        error={errors.companyCode && common("required")}
        {...register("companyCode")}
      />
      <TextField
        label={t("id")}
        autoComplete="username webauthn"
        autoCapitalize="none"
        spellCheck={false}
        error={errors.operatorCode && common("required")}
        {...register("operatorCode")}
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
