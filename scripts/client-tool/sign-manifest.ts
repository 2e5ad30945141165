import { createPublicKey, sign, verify } from "node:crypto";
import {
  type ReleaseManifest,
  readManifestPayload,
  releaseManifestSchema,
  type SignedManifest,
  signingInput,
} from "@/protocol/release-manifest";
import { StepError } from "../setup/report.mjs";
import type { ReleaseKey } from "./release-key";

type SigningKey = Pick<ReleaseKey, "privateKey" | "keyId">;

/** As the download server hands it out. */
export function signManifest(manifest: ReleaseManifest, { privateKey, keyId }: SigningKey): SignedManifest {
  const unsigned = {
    protected: encode({ alg: "EdDSA", kid: keyId }),
    payload: encode(releaseManifestSchema.parse(manifest)),
  };
  const signature = sign(null, Buffer.from(signingInput(unsigned)), privateKey);
  return { ...unsigned, signature: signature.toString("base64url") };
}

/**
 * The same manifest for another while. It is signed only when it was signed by this key before: nobody who can write where it lies gets
 * a signature for something else.
 *
 * @throws StepError
 */
export function renewManifest(
  published: SignedManifest,
  key: SigningKey,
  validity: Pick<ReleaseManifest, "issuedAt" | "expiresAt">,
): { manifest: ReleaseManifest; signed: SignedManifest } {
  if (!isSignedBy(published, key)) {
    throw new StepError(
      `What is published was not signed with the key ${key.keyId}, or was changed since.`,
      "Release anew, without --renew.",
    );
  }
  const manifest = { ...readManifestPayload(published), ...validity };
  return { manifest, signed: signManifest(manifest, key) };
}

export function isSignedBy(
  published: SignedManifest,
  { privateKey }: Pick<SigningKey, "privateKey">,
): boolean {
  const signature = Buffer.from(published.signature, "base64url");
  return verify(null, Buffer.from(signingInput(published)), createPublicKey(privateKey), signature);
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
