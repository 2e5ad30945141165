import { useQuery } from "@tanstack/react-query";
import { fetchRelease, type PublishedRelease } from "@/media/tool-download/release";

export type ReleaseState =
  | { readonly is: "looking" }
  | { readonly is: "none" }
  | { readonly is: "unreachable"; readonly retry: () => void }
  | { readonly is: "published"; readonly release: PublishedRelease };

/** What the download server has. */
export function useRelease(): ReleaseState {
  const query = useQuery({
    queryKey: ["clientToolRelease"],
    queryFn: ({ signal }) => fetchRelease(signal),
    retry: 1,
    refetchOnWindowFocus: false,
  });
  if (query.data) return { is: "published", release: query.data };
  if (query.data === null) return { is: "none" };
  if (query.isError) return { is: "unreachable", retry: () => void query.refetch() };
  return { is: "looking" };
}
