import { PageSkeleton } from "@/features/console/page-skeleton";

export default function Loading() {
  return <PageSkeleton />;
}
