import { z } from "zod";

const CALL_TIMEOUT_MS = 4_000;

const answerSchema = z.object({ result: z.object({ data: z.object({ json: z.unknown() }) }) });

/** A call to the management server that was not carried out. */
export class ManagementError extends Error {
  override readonly name = "ManagementError";
  /** The HTTP status; null when there was no answer, or none that could be read. */
  readonly status: number | null;

  constructor(message: string, status: number | null, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** Calls the management server's procedures for relays: tRPC over HTTP, inputs and answers wrapped by superjson. */
export class ManagementClient {
  readonly #url: string;
  readonly #secret: string;

  constructor({ url, secret }: { url: string; secret: string }) {
    this.#url = url;
    this.#secret = secret;
  }

  /**
   * @param input plain JSON: no dates, which superjson would have to describe
   * @returns what the procedure answers, unparsed
   * @throws ManagementError
   */
  async call(procedure: "relay.heartbeat" | "relay.report", input: object): Promise<unknown> {
    const response = await this.#post(procedure, input);
    const text = await response.text().catch(() => "");
    if (!response.ok) throw new ManagementError(`${procedure} answered ${response.status}`, response.status);
    try {
      return answerSchema.parse(JSON.parse(text)).result.data.json;
    } catch (error) {
      throw new ManagementError(`${procedure} answered something unknown`, null, { cause: error });
    }
  }

  async #post(procedure: string, input: object): Promise<Response> {
    try {
      return await fetch(`${this.#url}/api/trpc/${procedure}`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${this.#secret}` },
        body: JSON.stringify({ json: input }),
        redirect: "error",
        signal: AbortSignal.timeout(CALL_TIMEOUT_MS),
      });
    } catch (error) {
      throw new ManagementError(`${procedure} could not be called`, null, { cause: error });
    }
  }
}
