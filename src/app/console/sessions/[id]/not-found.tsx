import { SessionNotFound } from "@/features/support-session/session-not-found";

export default function NotFound() {
  return <SessionNotFound />;
}
