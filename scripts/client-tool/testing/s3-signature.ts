// AWS Signature Version 4, as storage checks it: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
import { createHash, createHmac } from "node:crypto";

/** A request as it arrived. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query, undecoded. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
}

/** A wrong one gets 403 with the code. */
export type SignatureFault =
  | "AccessDenied"
  | "InvalidAccessKeyId"
  | "RequestTimeTooSkewed"
  | "SignatureDoesNotMatch";

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;
const MAX_SKEW_MS = 15 * 60_000;

/** @returns what is wrong with the request's signature; null when it is right */
export function signatureFault(
  request: SignedRequest,
  { accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string },
  now: Date,
): SignatureFault | null {
  const { headers } = request;
  const [, keyId, day, region, names, signature] = AUTHORIZATION.exec(headers.authorization ?? "") ?? [];
  const time = headers["x-amz-date"] ?? "";
  if (keyId === undefined || day === undefined || region === undefined || names === undefined) {
    return "AccessDenied";
  }
  if (keyId !== accessKeyId) return "InvalidAccessKeyId";
  const at = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!(Math.abs(now.getTime() - at) <= MAX_SKEW_MS)) return "RequestTimeTooSkewed";
  const signed = names.split(";");
  // "host" and every x-amz-* header of the request must be signed, or somebody on the way could change them.
  const mustBeSigned = Object.keys(headers).filter((name) => name === "host" || name.startsWith("x-amz-"));
  if (mustBeSigned.some((name) => !signed.includes(name))) return "AccessDenied";

  const canonical = [
    request.method,
    canonicalPath(request.target),
    canonicalQuery(request.target),
    ...signed.map((name) => `${name}:${(headers[name] ?? "").trim().replace(/ +/g, " ")}`),
    "",
    names,
    headers["x-amz-content-sha256"],
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = ["AWS4-HMAC-SHA256", time, scope, createHash("sha256").update(canonical).digest("hex")].join(
    "\n",
  );
  const key = [day, region, "s3", "aws4_request"].reduce<Buffer>(
    (former, part) => createHmac("sha256", former).update(part).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
  const right = createHmac("sha256", key).update(toSign).digest("hex");
  return time.startsWith(day) && signature === right ? null : "SignatureDoesNotMatch";
}

function canonicalPath(target: string): string {
  const [path = "/"] = target.split("?");
  return path
    .split("/")
    .map((part) => encode(decodeURIComponent(part)))
    .join("/");
}

function canonicalQuery(target: string): string {
  const [, query = ""] = target.split("?");
  return query
    .split("&")
    .filter((part) => part !== "")
    .map((part) => {
      const [name = "", value = ""] = part.split("=");
      return `${encode(decodeURIComponent(name))}=${encode(decodeURIComponent(value))}`;
    })
    .sort()
    .join("&");
}

/** RFC 3986's unreserved characters stay, everything else is `%XX`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
