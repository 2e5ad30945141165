"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { Button } from "@/components/button";
import { ConfirmDialog } from "@/components/confirm-dialog";
import { ErrorNotice } from "@/components/error-notice";
import { useNotices } from "@/components/notices";
import { PageHeading } from "@/components/page-heading";
import { Skeleton } from "@/components/skeleton";
import type { PolicyView } from "@/protocol/company-policy";
import { useTRPC } from "@/trpc/client";
import { refusalOf } from "@/trpc/refusal";
import { CustomerPageSection } from "./customer-page-section";
import { fromForm, type PolicyForm, toForm, usePolicyResolver } from "./policy-form";
import { ReceptionSection, RetentionSection, SessionsSection } from "./session-sections";
import { NetworksSection, SignInSection } from "./sign-in-sections";
import { useLeaveGuard } from "./use-leave-guard";

/** The company's rules, on one page, saved together. */
export function PoliciesPage({ companyName }: { companyName: string }) {
  const t = useTranslations("policies");
  const trpc = useTRPC();
  const policy = useQuery(
    // Read anew with each visit, and never again by itself: what is being typed must not change under the hands.
    trpc.policies.get.queryOptions(
      {},
      { staleTime: 0, gcTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false },
    ),
  );
  return (
    <>
      <PageHeading title={t("title")} description={t("description", { company: companyName })} />
      {policy.data ? (
        <Rules view={policy.data} />
      ) : policy.isError ? (
        <ErrorNotice
          {...refusalOf(policy.error)}
          action={
            <Button busy={policy.isFetching} onClick={() => void policy.refetch()}>
              {t("reload")}
            </Button>
          }
        />
      ) : (
        <div role="status" aria-label={t("loading")} className="max-w-3xl space-y-6">
          <Skeleton className="h-64 w-full" />
          <Skeleton className="h-40 w-full" />
          <Skeleton className="h-64 w-full" />
        </div>
      )}
    </>
  );
}

function Rules({ view }: { view: PolicyView }) {
  const t = useTranslations("policies");
  const trpc = useTRPC();
  const queries = useQueryClient();
  const router = useRouter();
  const { notify } = useNotices();
  // What the form started from. Choosing a logo reads the view again; a change by somebody else that comes with it must
  // not pass for one that the viewer has seen.
  const [base, setBase] = useState(view);
  const stored = toForm(base.fields);
  const form = useForm<PolicyForm>({ defaultValues: stored, resolver: usePolicyResolver() });
  const { isDirty, errors } = form.formState;
  const faults = Object.keys(errors).length;
  const guard = useLeaveGuard(isDirty);
  const save = useMutation(trpc.policies.set.mutationOptions());
  const startAnew = async () => {
    const fresh = await queries.fetchQuery(trpc.policies.get.queryOptions({}, { staleTime: 0 }));
    setBase(fresh);
    form.reset(toForm(fresh.fields));
  };
  const submit = form.handleSubmit((values) => {
    save.mutate(
      { fields: fromForm(values), updatedAt: base.updatedAt },
      {
        onSuccess: async () => {
          await startAnew();
          notify(t("saved"));
        },
      },
    );
  });
  const discard = () => {
    save.reset();
    form.reset(stored);
  };
  const loadAgain = useMutation({ mutationFn: startAnew, onSuccess: () => save.reset() });
  const refusal = save.isError ? refusalOf(save.error) : null;
  // That it could not be read again is the newer of the two; pressing again is still the way out.
  const told = refusal && loadAgain.isError ? refusalOf(loadAgain.error) : refusal;
  return (
    <form noValidate onSubmit={(event) => void submit(event)} className="max-w-5xl">
      <SignInSection form={form} stored={stored} />
      <NetworksSection form={form} clientAddress={view.clientAddress} />
      <ReceptionSection form={form} stored={stored} />
      <SessionsSection form={form} plan={view.plan} />
      <CustomerPageSection form={form} companyName={view.companyName} logo={view.logo} />
      <RetentionSection form={form} stored={stored} />
      {told && (
        <ErrorNotice
          {...told}
          className="mb-4"
          action={
            refusal?.code === "CHANGED_MEANWHILE" ? (
              <Button busy={loadAgain.isPending} onClick={() => loadAgain.mutate()}>
                {t("reload")}
              </Button>
            ) : undefined
          }
        />
      )}
      {(isDirty || save.isPending) && (
        <div className="sticky bottom-4 z-10 flex animate-appear flex-wrap items-center justify-between gap-3 rounded-large border border-line bg-surface px-4 py-3 shadow-float">
          <p role="status" className="text-15">
            {faults > 0 ? (
              <span className="text-stop-text">{t("fix", { count: faults })}</span>
            ) : (
              <span className="text-ink-muted">{t("unsaved")}</span>
            )}
          </p>
          <div className="flex gap-2">
            <Button onClick={discard}>{t("discard")}</Button>
            <Button variant="primary" type="submit" busy={save.isPending}>
              {t("save")}
            </Button>
          </div>
        </div>
      )}
      <ConfirmDialog
        open={guard.wanted !== null}
        onOpenChange={(open) => {
          if (!open) guard.stay();
        }}
        title={t("leave.title")}
        description={t("leave.description")}
        confirmLabel={t("leave.confirm")}
        onConfirm={() => {
          if (guard.wanted !== null) router.push(guard.wanted);
        }}
      />
    </form>
  );
}
