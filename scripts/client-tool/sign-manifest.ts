import { sign } from "node:crypto";
import {
  type ReleaseManifest,
  releaseManifestSchema,
  type SignedManifest,
  signingInput,
} from "@/protocol/release-manifest";
import type { ReleaseKey } from "./release-key";

/** As the download server hands it out. */
export function signManifest(
  manifest: ReleaseManifest,
  { privateKey, keyId }: Pick<ReleaseKey, "privateKey" | "keyId">,
): SignedManifest {
  const unsigned = {
    protected: encode({ alg: "EdDSA", kid: keyId }),
    payload: encode(releaseManifestSchema.parse(manifest)),
  };
  const signature = sign(null, Buffer.from(signingInput(unsigned)), privateKey);
  return { ...unsigned, signature: signature.toString("base64url") };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
