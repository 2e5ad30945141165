import { createHash, generateKeyPairSync } from "node:crypto";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { ReleaseManifest } from "@/protocol/release-manifest";
import { publish } from "./publish";
import { s3Target } from "./publish-to-s3";
import type { PreparedFile } from "./release-file";
import { signManifest } from "./sign-manifest";
import { S3Server } from "./testing/s3-server";
import { signatureFault } from "./testing/s3-signature";

const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");
const FIRST_PAUSE_MS = 1;

function prepared(platform: "windows" | "linux", content: Buffer): PreparedFile {
  const compressed = brotliCompressSync(content);
  const name = `madoguchi-1.2.3-${platform}-x64`;
  return {
    content,
    compressed,
    file: {
      platform,
      arch: "x64",
      name,
      path: `files/${name}-${sha256(content).slice(0, 16)}.run`,
      sizeBytes: content.length,
      sha256: sha256(content),
      compressed: { encoding: "br", sizeBytes: compressed.length, sha256: sha256(compressed) },
      isSystemSigned: false,
    },
  };
}

const files = [
  prepared("windows", Buffer.from("MZ for Windows ".repeat(20_000))),
  prepared("linux", Buffer.from("ELF for Linux ".repeat(20_000))),
];
const { privateKey } = generateKeyPairSync("ed25519");
const release: ReleaseManifest = {
  format: 1,
  version: "1.2.3",
  minimumVersion: "0.0.0",
  channel: "stable",
  issuedAt: "2026-01-01T00:00:00Z",
  expiresAt: "2026-04-01T00:00:00Z",
  files: files.map(({ file }) => file),
};
const manifest = signManifest(release, { privateKey, keyId: "test" });
const keys = [...files.map(({ file }) => `bucket/tools/v 1/${file.path}`), "bucket/tools/v 1/manifest.json"];

let storage: S3Server;
let variables: NodeJS.ProcessEnv;

beforeAll(async () => {
  storage = await S3Server.start();
  variables = {
    NODE_ENV: "test",
    AWS_ENDPOINT_URL: storage.url,
    AWS_REGION: "eu-west-3",
    AWS_ACCESS_KEY_ID: storage.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: storage.credentials.secretAccessKey,
  };
});
beforeEach(() => {
  storage.objects.clear();
  storage.requests.length = 0;
  storage.cuts = 0;
  storage.overloads = 0;
  storage.isSecretive = false;
});
afterAll(() => storage.close());

const target = (changes: NodeJS.ProcessEnv = variables) =>
  s3Target("s3://bucket/tools/v 1/", { ...variables, ...changes }, FIRST_PAUSE_MS);

test("the storage of these tests knows a right signature: the example of Amazon's documentation", () => {
  const request = {
    method: "GET",
    target: "/test.txt",
    headers: {
      host: "examplebucket.s3.amazonaws.com",
      range: "bytes=0-9",
      "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "x-amz-date": "20130524T000000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    },
  };
  const credentials = {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  };
  const now = new Date("2013-05-24T00:05:00Z");
  expect(signatureFault(request, credentials, now)).toBeNull();
  expect(signatureFault({ ...request, target: "/other.txt" }, credentials, now)).toBe(
    "SignatureDoesNotMatch",
  );
  expect(signatureFault(request, credentials, new Date("2013-05-24T01:00:00Z"))).toBe("RequestTimeTooSkewed");
});

test("every file is there, as browsers and the tool need it, before the manifest speaks of it", async () => {
  await publish(target(), files, manifest);
  expect(storage.requests.filter((line) => line.startsWith("PUT"))).toEqual(
    keys.map((key) => `PUT /${encodeURI(key)}`),
  );
  for (const { content, file } of files) {
    const stored = storage.objects.get(`bucket/tools/v 1/${file.path}`);
    expect(stored?.headers).toEqual({
      "content-type": "application/octet-stream",
      "content-encoding": "br",
      "cache-control": "public, max-age=31536000, immutable",
      "x-amz-meta-sha256": file.compressed.sha256,
    });
    expect(brotliDecompressSync(stored?.content ?? Buffer.alloc(0)).equals(content)).toBe(true);
  }
  const stored = storage.objects.get("bucket/tools/v 1/manifest.json");
  expect(stored?.headers).toEqual({ "content-type": "application/json", "cache-control": "no-cache" });
  expect(await target().manifest()).toEqual(manifest);
});

test("what is there is not sent again, only the manifest", async () => {
  await publish(target(), files, manifest);
  storage.requests.length = 0;
  await publish(target(), files, manifest);
  expect(storage.requests.map((line) => line.split(" ")[0])).toEqual(["HEAD", "HEAD", "PUT"]);
});

test("goes on after a cut line and a busy storage", async () => {
  storage.cuts = 2;
  storage.overloads = 2;
  await publish(target(), files, manifest);
  expect([...storage.objects.keys()].sort()).toEqual([...keys].sort());
});

test("a release that does not get through leaves the former one, and says so", async () => {
  await publish(target(), files.slice(0, 1), manifest);
  const former = storage.objects.get("bucket/tools/v 1/manifest.json");
  storage.cuts = 100;
  await expect(
    publish(target(), files, signManifest({ ...release, version: "1.2.4" }, { privateKey, keyId: "test" })),
  ).rejects.toThrow(/did not take .*linux.* in 5 tries/);
  expect(storage.objects.get("bucket/tools/v 1/manifest.json")).toBe(former);
});

test.each([
  ["a wrong secret", { AWS_SECRET_ACCESS_KEY: "wrong" }, "SignatureDoesNotMatch"],
  ["an unknown key", { AWS_ACCESS_KEY_ID: "AKOTHER" }, "InvalidAccessKeyId"],
])("%s is refused at once, and nothing is stored", async (_name, changes, code) => {
  const wrong = target({ ...variables, ...changes });
  await expect(wrong.manifest()).rejects.toThrow(code);
  await expect(publish(wrong, files, manifest)).rejects.toThrow(`403 to tools/v 1/${files[0]?.file.path}`);
  expect(storage.objects.size).toBe(0);
  expect(storage.requests.filter((line) => line.startsWith("PUT"))).toHaveLength(1);
});

test("nothing is published where nothing is, whether or not the storage says so", async () => {
  expect(await target().manifest()).toBeNull();
  storage.isSecretive = true;
  expect(await target().manifest()).toBeNull();
});
