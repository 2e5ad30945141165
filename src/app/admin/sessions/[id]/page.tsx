import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { SessionPage } from "@/features/session-log/session-page";
import { requireOperator } from "@/server/auth/require-sign-in";
import { readSessionDetail } from "../read-session-detail";

const PATH = "/admin/sessions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("sessionLog.page"))("title") };
}

/** One session of the company. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const actor = await requireOperator(`${PATH}/${id}`);
  // The layout tells an operator that this is not for operators.
  if (actor.role === "operator") return null;
  const session = await readSessionDetail(actor, id);
  return (
    <SessionPage
      key={session.sessionId}
      initial={session}
      path={PATH}
      canErase={actor.role === "administrator"}
    />
  );
}
