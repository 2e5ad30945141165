import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { readSessionDetail } from "@/app/admin/sessions/read-session-detail";
import { ConsoleHeader } from "@/features/console/console-header";
import { SessionPage } from "@/features/session-log/session-page";
import { requireOperator } from "@/server/auth/require-sign-in";

const PATH = "/console/log";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("sessionLog.page"))("title") };
}

/** One session, for the operator who took it. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const actor = await requireOperator(`${PATH}/${id}`);
  const { operatorName, companyName, role } = actor;
  const session = await readSessionDetail(actor, id);
  return (
    <>
      <ConsoleHeader viewer={{ operatorName, companyName, role }} />
      <main id="content" className="mx-auto w-full max-w-console px-4 py-6 sm:py-8">
        <SessionPage
          key={session.sessionId}
          initial={session}
          path={PATH}
          canErase={role === "administrator"}
        />
      </main>
    </>
  );
}
