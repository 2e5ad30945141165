import { z } from "zod";
import { AppError } from "@/lib/app-error";
import { isErrorCode } from "@/lib/error-table";
import {
  type RedeemedPairing,
  redeemedPairingSchema,
  redeemPairingInput,
  type ToolDevice,
  toolDeviceInput,
  toolEndpoints,
  toolJoinInput,
  toolJoinOutput,
} from "@/protocol/client-tool";
import type { ToolPlatform } from "@/protocol/control";
import type { RelayAssignment, RelayTrouble } from "@/protocol/join-token";
import type { Network } from "../network/network";
import { postJson } from "../network/post-json";

const refusalSchema = z.object({ error: z.string() });

/**
 * The service that the tool came from. Every method throws AppError with the service's code, or the system's error when it cannot be
 * reached.
 */
export class ManagementServer {
  readonly #origin: string;
  readonly #network: Network;

  constructor(origin: string, network: Network) {
    this.#origin = origin;
    this.#network = network;
  }

  get origin(): string {
    return this.#origin;
  }

  /** Works once for each token. */
  async redeem(pairing: {
    token: string;
    platform: ToolPlatform;
    version: string;
  }): Promise<RedeemedPairing> {
    const body = redeemPairingInput.parse(pairing);
    return understand(redeemedPairingSchema, await this.#post(toolEndpoints.redeem, body));
  }

  /** @param trouble what has become of the relay before */
  async join(
    toolSecret: string,
    trouble: RelayTrouble | undefined,
    signal: AbortSignal,
  ): Promise<RelayAssignment> {
    const body = toolJoinInput.parse({ toolSecret, ...(trouble ? { trouble } : {}) });
    return understand(toolJoinOutput, await this.#post(toolEndpoints.join, body, signal));
  }

  async tellDevice(toolSecret: string, device: ToolDevice): Promise<void> {
    await this.#post(toolEndpoints.device, toolDeviceInput.parse({ toolSecret, device }));
  }

  async #post(path: string, body: object, signal?: AbortSignal): Promise<unknown> {
    const url = new URL(path, this.#origin);
    const answer = await this.#network.reach(url, (options) => postJson(url, body, options, { signal }));
    if (answer.status >= 200 && answer.status < 300) return answer.body;
    const refusal = refusalSchema.safeParse(answer.body).data?.error;
    // Whatever stands in front of the service answers in its own words.
    throw new AppError(isErrorCode(refusal) ? refusal : "UNAVAILABLE");
  }
}

/** @throws AppError PROTOCOL_VERSION for an answer of another shape: it is from another time */
function understand<S extends z.ZodType>(schema: S, answer: unknown): z.output<S> {
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw new AppError("PROTOCOL_VERSION", { cause: parsed.error });
  return parsed.data;
}
