import { SessionLoading } from "@/features/support-session/session-loading";

export default function Loading() {
  return <SessionLoading />;
}
