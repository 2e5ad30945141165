import http from "node:http";
import https from "node:https";
import { parseJson } from "@/lib/parse-json";
import type { ConnectOptions } from "./network";

const ANSWER_TIMEOUT_MS = 15_000;
/** No answer of the service is nearly as long. */
const LONGEST_ANSWER_BYTES = 262_144;

export interface JsonAnswer {
  readonly status: number;
  /** Of unknown shape; undefined when it is not JSON. */
  readonly body: unknown;
}

/**
 * Posts JSON. The global `fetch` would do, and take ten times the memory.
 *
 * @throws Error with a system's or TLS code when nothing was answered
 */
export function postJson(
  url: URL,
  body: object,
  options: ConnectOptions,
  { signal }: { signal?: AbortSignal } = {},
): Promise<JsonAnswer> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const request = (url.protocol === "https:" ? https : http).request(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(text),
        accept: "application/json",
      },
      timeout: ANSWER_TIMEOUT_MS,
      ...options,
      ...(signal ? { signal } : {}),
    });
    request.once("response", (response) => {
      let answer = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        answer += part;
        if (answer.length > LONGEST_ANSWER_BYTES) request.destroy(new SilentService());
      });
      response.once("error", reject);
      response.once("end", () => resolve({ status: response.statusCode ?? 0, body: parseJson(answer) }));
    });
    request.once("timeout", () => request.destroy(new SilentService()));
    request.once("error", reject);
    request.end(text);
  });
}

/** The service did not answer, or not sensibly. */
class SilentService extends Error {
  readonly code = "SERVICE_SILENT";
}
