import { type Channel, channelSchema } from "@/protocol/release-manifest";

/**
 * What the build wrote into the executable: the key that releases are signed with (Ed25519, SPKI in DER, base64) and the channel
 * that this one belongs to. Started from its source the tool has neither, and does not update itself.
 */
declare const MADOGUCHI_RELEASE: { readonly publicKey: string; readonly channel: string } | undefined;

export interface ThisRelease {
  readonly publicKey: string;
  readonly channel: Channel;
}

export function thisRelease(): ThisRelease | null {
  if (typeof MADOGUCHI_RELEASE === "undefined") return null;
  return {
    publicKey: MADOGUCHI_RELEASE.publicKey,
    channel: channelSchema.parse(MADOGUCHI_RELEASE.channel),
  };
}
