import { WatchNotFound } from "@/features/supervision/watch-not-found";

export default function NotFound() {
  return <WatchNotFound />;
}
