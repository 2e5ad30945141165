import type { KeyObject } from "node:crypto";
import { errors, type JWTPayload, jwtVerify } from "jose";
import { AppError } from "@/lib/app-error";
import { CHECK_TOKEN_TYPE, type CheckClaims, checkClaimsSchema } from "@/protocol/connectivity-check";
import {
  COMMAND_TOKEN_TYPE,
  type CommandClaims,
  commandClaimsSchema,
  JOIN_TOKEN_ISSUER,
  JOIN_TOKEN_TYPE,
  type JoinClaims,
  joinClaimsSchema,
} from "@/protocol/join-token";
import { SingleUseIds } from "./single-use-ids";

/** How far the clocks of relay and management server may be apart. */
const CLOCK_TOLERANCE_SECONDS = 5;
/** The same signature under its old and its new name (RFC 8037, RFC 9864). */
const ALGORITHMS = ["EdDSA", "Ed25519"] as const;

/**
 * Checks what the management server signed: join tokens and commands. Each is for this relay alone, of its own type
 * (RFC 8725, 3.11), and good for one use.
 */
export class TokenVerifier {
  readonly #publicKey: KeyObject;
  readonly #relayId: string;
  readonly #usedJoinIds = new SingleUseIds();
  readonly #usedCommandIds = new SingleUseIds();
  readonly #usedCheckIds = new SingleUseIds();

  constructor({ publicKey, relayId }: { publicKey: KeyObject; relayId: string }) {
    this.#publicKey = publicKey;
    this.#relayId = relayId;
  }

  /**
   * @returns the session, who joins it and what may be granted there; the token is used up
   * @throws AppError TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_WRONG_RELAY or TOKEN_REPLAYED
   */
  async verifyJoin(token: string): Promise<JoinClaims> {
    const claims = joinClaimsSchema.safeParse(await this.#verify(token, JOIN_TOKEN_TYPE));
    if (!claims.success) throw new AppError("TOKEN_INVALID");
    takeOnce(this.#usedJoinIds, claims.data);
    return claims.data;
  }

  /**
   * Checks a command that concerns `sessionId`, and in it `observerId` alone when that is given; the token is used up.
   *
   * @throws AppError TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_WRONG_RELAY or TOKEN_REPLAYED
   */
  async verifyCommand(token: string, sessionId: string, observerId?: string): Promise<CommandClaims> {
    const claims = commandClaimsSchema.safeParse(await this.#verify(token, COMMAND_TOKEN_TYPE));
    if (!claims.success || claims.data.sub !== sessionId || claims.data.observerId !== observerId) {
      throw new AppError("TOKEN_INVALID");
    }
    takeOnce(this.#usedCommandIds, claims.data);
    return claims.data;
  }

  /**
   * @returns which check it is; the token is used up
   * @throws AppError TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_WRONG_RELAY or TOKEN_REPLAYED
   */
  async verifyCheck(token: string): Promise<CheckClaims> {
    const claims = checkClaimsSchema.safeParse(await this.#verify(token, CHECK_TOKEN_TYPE));
    if (!claims.success) throw new AppError("TOKEN_INVALID");
    takeOnce(this.#usedCheckIds, claims.data);
    return claims.data;
  }

  async #verify(token: string, typ: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.#publicKey, {
        algorithms: [...ALGORITHMS],
        typ,
        issuer: JOIN_TOKEN_ISSUER,
        audience: this.#relayId,
        clockTolerance: CLOCK_TOLERANCE_SECONDS,
        requiredClaims: ["sub", "jti", "iat", "exp"],
      });
      return payload;
    } catch (error) {
      throw new AppError(refusalOf(error), { cause: error });
    }
  }
}

function refusalOf(error: unknown): "TOKEN_INVALID" | "TOKEN_EXPIRED" | "TOKEN_WRONG_RELAY" {
  if (error instanceof errors.JWTExpired) return "TOKEN_EXPIRED";
  if (
    error instanceof errors.JWTClaimValidationFailed &&
    error.claim === "aud" &&
    error.reason !== "missing"
  ) {
    return "TOKEN_WRONG_RELAY";
  }
  return "TOKEN_INVALID";
}

function takeOnce(ids: SingleUseIds, { jti, exp }: { jti: string; exp: number }): void {
  if (!ids.take(jti, (exp + CLOCK_TOLERANCE_SECONDS) * 1000)) throw new AppError("TOKEN_REPLAYED");
}
