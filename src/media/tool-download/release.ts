import type { ToolPlatform } from "@/protocol/control";
import {
  MANIFEST_PATH,
  type ReleaseFile,
  type ReleaseManifest,
  readManifestHeader,
  readManifestPayload,
  signedManifestSchema,
} from "@/protocol/release-manifest";

/** What is published of the Client Tool, as a page needs it. */
export interface PublishedRelease {
  readonly manifest: ReleaseManifest;
  /** Where the files' paths begin: the manifest's own address, on whichever host it is. */
  readonly manifestUrl: string;
  /** The key that signed it, and its signature, for people who compare. */
  readonly keyId: string;
  readonly signature: string;
}

/**
 * Asks this site's download server what it has.
 *
 * @returns null when nothing is published
 * @throws TypeError without a network, Error when the answer is no manifest
 */
export async function fetchRelease(signal?: AbortSignal): Promise<PublishedRelease | null> {
  const response = await fetch(MANIFEST_PATH, {
    cache: "no-cache",
    credentials: "omit",
    ...(signal && { signal }),
  });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`The download server answered ${response.status}.`);
  const signed = signedManifestSchema.parse(await response.json());
  // RFC 9110, 8.7: this site fetched it from there.
  const location = response.headers.get("content-location");
  return {
    manifest: readManifestPayload(signed),
    manifestUrl: new URL(location ?? "", response.url).href,
    keyId: readManifestHeader(signed).kid,
    signature: signed.signature,
  };
}

/** @returns undefined when there is none for that system */
export function fileFor(release: PublishedRelease, platform: ToolPlatform): ReleaseFile | undefined {
  return release.manifest.files.find((file) => file.platform === platform);
}

/** What a file is called when it is loaded from where it lies. */
export function storedName(file: ReleaseFile): string {
  return file.path.slice(file.path.lastIndexOf("/") + 1);
}
