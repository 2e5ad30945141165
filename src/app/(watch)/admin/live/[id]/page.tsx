import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { ConsoleHeader } from "@/features/console/console-header";
import { AdminRefused } from "@/features/session-log/admin-refused";
import { AppError } from "@/lib/app-error";
import type { SupervisedSession } from "@/protocol/supervision";
import { getServerParts } from "@/server/api/context";
import { requireOperator } from "@/server/auth/require-sign-in";
import type { OperatorActor } from "@/server/domain/service-context";
import { readSupervised } from "@/server/domain/supervision/watch-live";
import { WatchEntrance } from "./watch-entrance";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("supervision"))("watchPage.title") };
}

/**
 * One session of the company, watched. It stands outside of the admin site's frame (hence the route group): the customer's
 * picture has the whole window.
 */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const id = z.uuid().safeParse((await params).id);
  if (!id.success) notFound();
  const actor = await requireOperator(`/admin/live/${id.data}`);
  const { operatorName, companyName, role } = actor;
  if (role === "operator") {
    return (
      <>
        <ConsoleHeader viewer={{ operatorName, companyName, role }} />
        <AdminRefused companyName={companyName} />
      </>
    );
  }
  const initial = await readView(actor, id.data);
  return <WatchEntrance key={id.data} initial={initial} viewerName={operatorName} />;
}

async function readView(actor: OperatorActor, sessionId: string): Promise<SupervisedSession> {
  try {
    return await readSupervised({ actor, db: getServerParts().db }, { sessionId });
  } catch (error) {
    if (error instanceof AppError && error.code === "NOT_FOUND") notFound();
    throw error;
  }
}
