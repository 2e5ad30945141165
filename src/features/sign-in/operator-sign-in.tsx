"use client";

import { zodResolver } from "@hookform/resolvers/zod";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { TextField } from "@/components/text-field";
import { PasswordField } from "./password-field";
import { readRememberedCompany, rememberCompany } from "./remembered-company";
import { SignInFrame } from "./sign-in-frame";
import { useSignIn } from "./use-sign-in";

/** Only what a form can know: that something was typed. Whether it is right is the server's word. */
const formSchema = z.object({
  companyCode: z.string().trim().min(1),
  operatorCode: z.string().trim().min(1),
  password: z.string().min(1),
});
type Form = z.infer<typeof formSchema>;

/** Company code, ID and password. What was typed stays after a refusal. */
export function OperatorSignIn({ next }: { next: string }) {
  const t = useTranslations("signIn");
  const common = useTranslations("common");
  const { state, submit } = useSignIn("operator", next);
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
    const remembered = readRememberedCompany();
    if (remembered !== "" && !getValues("companyCode")) setValue("companyCode", remembered);
    setFocus(getValues("companyCode") ? "operatorCode" : "companyCode");
  }, [getValues, setFocus, setValue]);
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
      onSubmit={(event) => void send(event)}
      footer={
        <>
          <p>{t("forgotten")}</p>
          <Link href="/" className="mt-2 inline-block font-semibold text-accent hover:underline">
            {t("toCustomerPage")}
          </Link>
        </>
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
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        error={errors.operatorCode && common("required")}
        {...register("operatorCode")}
      />
      <PasswordField error={errors.password && common("required")} {...register("password")} />
    </SignInFrame>
  );
}
