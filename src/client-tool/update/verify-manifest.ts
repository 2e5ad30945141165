import { createPublicKey, verify } from "node:crypto";
import {
  type ReleaseManifest,
  readManifestHeader,
  readManifestPayload,
  signedManifestSchema,
  signingInput,
} from "@/protocol/release-manifest";
import type { ThisRelease } from "./this-release";

/** Why a manifest is not believed. */
export type ManifestFault = "malformed" | "wrongSignature" | "expired" | "otherChannel";

/** Thrown for a manifest that must not be followed. */
export class ManifestError extends Error {
  readonly fault: ManifestFault;

  constructor(fault: ManifestFault, options?: ErrorOptions) {
    super(fault, options);
    this.name = "ManifestError";
    this.fault = fault;
  }
}

/**
 * @param received what the download server answered, parsed as JSON
 * @returns what the owner of the key that was built into this tool says; nothing in it is looked at before
 * @throws ManifestError
 */
export function verifyManifest(
  received: unknown,
  { publicKey, channel }: ThisRelease,
  now: Date,
): ReleaseManifest {
  const signed = signedManifestSchema.safeParse(received);
  if (!signed.success) throw new ManifestError("malformed");
  const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
  const signature = Buffer.from(signed.data.signature, "base64url");
  if (!verify(null, Buffer.from(signingInput(signed.data)), key, signature)) {
    throw new ManifestError("wrongSignature");
  }
  let manifest: ReleaseManifest;
  try {
    readManifestHeader(signed.data);
    manifest = readManifestPayload(signed.data);
  } catch (cause) {
    throw new ManifestError("malformed", { cause });
  }
  if (new Date(manifest.expiresAt) <= now) throw new ManifestError("expired");
  if (manifest.channel !== channel) throw new ManifestError("otherChannel");
  return manifest;
}
