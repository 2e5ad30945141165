import { z } from "zod";
import { toolPlatformSchema } from "./control";

/**
 * What the download server says about the Client Tool, at `/download/manifest.json`: a JSON Web Signature in flattened JSON form
 * (RFC 7515, 7.2.2) with Ed25519 (RFC 8037) over the JSON text of a {@link ReleaseManifest}. One file, so that a manifest and
 * its signature cannot come from two publications. The tool verifies the signature; the page only reads the payload, which comes
 * from its own server.
 */
export const MANIFEST_PATH = "/download/manifest.json";
/** Folder of the published files, beside the manifest. */
export const FILES_FOLDER = "files";
/** The query of a file's address that asks this very site for it, where the files are elsewhere and a page may not load them there. */
export const PASS_THROUGH = "pass-through";

/** `1.2.3`: nothing that has to be explained when two are compared. */
export const versionSchema = z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/);
export const channelSchema = z.enum(["stable", "beta"]);
export type Channel = z.infer<typeof channelSchema>;

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
/** Below the manifest; content-addressed, so that what it leads to never changes. */
const filePathSchema = z.string().regex(/^files\/[A-Za-z0-9][A-Za-z0-9._-]{0,150}$/);

export const releaseFileSchema = z.object({
  platform: toolPlatformSchema,
  arch: z.enum(["x64", "arm64"]),
  /** What it is called among people: `madoguchi-1.2.3-linux-x64.run`. */
  name: z.string().max(150),
  path: filePathSchema,
  sizeBytes: z.int().positive(),
  sha256: sha256Schema,
  /** The same bytes as they travel: whoever takes `br` (RFC 7932) gets them so at `path` as `Content-Encoding`. */
  compressed: z.object({ encoding: z.literal("br"), sizeBytes: z.int().positive(), sha256: sha256Schema }),
  /** Whether the system's own signature is on it (Authenticode, Apple's notarisation). */
  isSystemSigned: z.boolean(),
});
export type ReleaseFile = z.infer<typeof releaseFileSchema>;

export const releaseManifestSchema = z.object({
  format: z.literal(1),
  version: versionSchema,
  /** An older tool must not go on without an update. */
  minimumVersion: versionSchema,
  channel: channelSchema,
  issuedAt: z.iso.datetime(),
  /** From then on tools do not believe it any more: an old one cannot be played back for ever. */
  expiresAt: z.iso.datetime(),
  files: z.array(releaseFileSchema).min(1).max(20),
});
export type ReleaseManifest = z.infer<typeof releaseManifestSchema>;

/** RFC 7515, 7.2.2. `protected` is `{"alg":"EdDSA","kid":"<keyIdOf the public key>"}`. */
export const signedManifestSchema = z.object({
  payload: z.base64url().max(200_000),
  protected: z.base64url().max(1_000),
  signature: z.base64url().length(86),
});
export type SignedManifest = z.infer<typeof signedManifestSchema>;
export const manifestHeaderSchema = z.object({ alg: z.literal("EdDSA"), kid: z.string().max(64) });

/** What the signature is made over (RFC 7515, 5.1). */
export function signingInput({ protected: header, payload }: Omit<SignedManifest, "signature">): string {
  return `${header}.${payload}`;
}

/** @throws when it is no manifest; says nothing about its signature */
export function readManifestPayload({ payload }: Pick<SignedManifest, "payload">): ReleaseManifest {
  return releaseManifestSchema.parse(JSON.parse(new TextDecoder().decode(bytesOf(payload))));
}

/** @throws when it is none */
export function readManifestHeader(signed: Pick<SignedManifest, "protected">): { kid: string } {
  return manifestHeaderSchema.parse(JSON.parse(new TextDecoder().decode(bytesOf(signed.protected))));
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** @returns below 0 when `a` is the older one */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => versionSchema.parse(version).split(".").map(Number));
  for (let part = 0; part < 3; part++) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
