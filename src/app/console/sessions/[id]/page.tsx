import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { z } from "zod";
import { OperatorSessionPage } from "@/features/support-session/operator-session-page";
import { AppError } from "@/lib/app-error";
import type { OperatorSessionView } from "@/protocol/session-views";
import { getServerParts } from "@/server/api/context";
import { requireOperator } from "@/server/auth/require-sign-in";
import type { OperatorActor } from "@/server/domain/service-context";
import { operatorView } from "@/server/domain/support-sessions/operator-view";
import { ownSession } from "@/server/domain/support-sessions/own-session";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("session"))("title") };
}

/** One of the operator's own sessions; any other does not exist. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const id = z.uuid().safeParse((await params).id);
  if (!id.success) notFound();
  const actor = await requireOperator(`/console/sessions/${id.data}`);
  return <OperatorSessionPage key={id.data} initial={await readView(actor, id.data)} />;
}

async function readView(actor: OperatorActor, sessionId: string): Promise<OperatorSessionView> {
  try {
    return operatorView(await ownSession({ actor }, getServerParts().db, sessionId));
  } catch (error) {
    if (error instanceof AppError && error.code === "NOT_FOUND") notFound();
    throw error;
  }
}
