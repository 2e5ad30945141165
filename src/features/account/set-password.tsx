"use client";

import { useMutation } from "@tanstack/react-query";
import { CircleCheck, MailQuestionMark } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect } from "react";
import { Button } from "@/components/button";
import { Card } from "@/components/card";
import { EmptyState } from "@/components/empty-state";
import { ErrorNotice } from "@/components/error-notice";
import { NarrowPage } from "@/components/narrow-page";
import { Skeleton } from "@/components/skeleton";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { NewPasswordForm } from "./new-password-form";
import { signInPathFor } from "./sign-in-path-for";
import { useLinkSecret } from "./use-link-secret";

const FORGOT_PATH = "/forgot-password";

/** Where an invitation or a link to a new password leads: whose account it is, and the password for it. */
export function SetPassword() {
  const t = useTranslations("account.setPassword");
  const secret = useLinkSecret();
  if (secret === undefined) return <Loading />;
  if (secret === null) {
    return (
      <Blocked title={t("missing")} detail={t("missingDetail")}>
        <AskForNewLink />
      </Blocked>
    );
  }
  return <WithSecret key={secret} secret={secret} />;
}

function WithSecret({ secret }: { secret: string }) {
  const t = useTranslations("account.setPassword");
  const common = useTranslations("common");
  const trpc = useTRPC();
  const { mutate: read, ...link } = useMutation(trpc.account.readLink.mutationOptions());
  const redeem = useMutation(trpc.account.redeemLink.mutationOptions());
  useEffect(() => read({ secret }), [read, secret]);

  const redeemRefusal = redeem.isError ? refusalOf(redeem.error) : null;
  const readRefusal = link.isError ? refusalOf(link.error) : null;
  if ([redeemRefusal?.code, readRefusal?.code].includes("LINK_INVALID")) {
    return (
      <NarrowPage heading={t("title")}>
        <ErrorNotice code="LINK_INVALID" action={<AskForNewLink />} />
        <p className="mt-4 text-15 text-ink-muted">{t("invalidInvitation")}</p>
      </NarrowPage>
    );
  }
  if (readRefusal) {
    return (
      <NarrowPage heading={t("title")}>
        <ErrorNotice
          {...readRefusal}
          action={<Button onClick={() => read({ secret })}>{common("tryAgain")}</Button>}
        />
      </NarrowPage>
    );
  }
  if (!link.data) return <Loading />;
  const { purpose, name, code, companyCode } = link.data;
  const isReset = purpose === "password_reset";

  if (redeem.data) {
    return (
      <NarrowPage heading={t("done")}>
        <Card>
          <CircleCheck aria-hidden className="size-8 text-good-text" />
          <p role="status" className="mt-4 text-15">
            {t(isReset ? "doneDetailReset" : "doneDetail")}
          </p>
          <Button asChild variant="primary" className="mt-6 h-12 w-full text-15">
            <Link href={signInPathFor(redeem.data)}>{t("doneButton")}</Link>
          </Button>
        </Card>
      </NarrowPage>
    );
  }
  return (
    <NarrowPage
      heading={t(isReset ? "titleReset" : "title")}
      lead={t(isReset ? "leadReset" : "leadInvitation", { name })}
    >
      <Card>
        <AccountFacts code={code} companyCode={companyCode} />
        <NewPasswordForm
          code={code}
          companyCode={companyCode}
          askCurrent={false}
          submitLabel={t("submit")}
          busy={redeem.isPending}
          refusal={redeemRefusal}
          onSubmit={({ newPassword }) => redeem.mutate({ secret, newPassword })}
        />
      </Card>
    </NarrowPage>
  );
}

/** What has to be typed at sign-in beside the password: worth a look, and a note. */
function AccountFacts({ code, companyCode }: { code: string; companyCode: string | null }) {
  const t = useTranslations("account.profile");
  return (
    <dl className="mb-6 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 rounded bg-sunken px-4 py-3 text-15">
      {companyCode !== null && (
        <div className="col-span-2 grid grid-cols-subgrid">
          <dt className="text-ink-muted">{t("companyCode")}</dt>
          <dd className="font-semibold">{companyCode}</dd>
        </div>
      )}
      <div className="col-span-2 grid grid-cols-subgrid">
        <dt className="text-ink-muted">{t("id")}</dt>
        <dd className="font-semibold">{code}</dd>
      </div>
    </dl>
  );
}

function AskForNewLink() {
  const t = useTranslations("account.setPassword");
  return (
    <Button asChild>
      <Link href={FORGOT_PATH}>{t("invalidReset")}</Link>
    </Button>
  );
}

function Blocked({ title, detail, children }: { title: string; detail: string; children: ReactNode }) {
  const t = useTranslations("account.setPassword");
  return (
    <NarrowPage heading={t("title")}>
      <Card>
        <EmptyState icon={<MailQuestionMark />} title={title} action={children} className="px-0 py-6">
          {detail}
        </EmptyState>
      </Card>
    </NarrowPage>
  );
}

function Loading() {
  const t = useTranslations("account.setPassword");
  const common = useTranslations("common");
  return (
    <NarrowPage heading={t("title")} lead={<Skeleton className="h-6 w-4/5" />}>
      <Card>
        <p className="sr-only" role="status">
          {common("loading")}
        </p>
        <Skeleton className="h-18 w-full" />
        <Skeleton className="mt-6 h-5 w-1/3" />
        <Skeleton className="mt-2 h-11 w-full" />
        <Skeleton className="mt-4 h-24 w-full" />
        <Skeleton className="mt-8 h-12 w-full" />
      </Card>
    </NarrowPage>
  );
}
