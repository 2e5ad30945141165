import { generateKeyPairSync, type KeyObject, randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { CHECK_TOKEN_TYPE } from "@/protocol/connectivity-check";
import {
  COMMAND_TOKEN_TYPE,
  JOIN_TOKEN_ISSUER,
  JOIN_TOKEN_TTL_SECONDS,
  JOIN_TOKEN_TYPE,
} from "@/protocol/join-token";
import { CONSENTED_PERMISSIONS, type Permissions } from "@/protocol/permissions";
import type { JoinRole, Observer } from "@/protocol/roles";

/** Everything that may be granted at all. */
export const EVERYTHING: Permissions = {
  view: true,
  pointer: true,
  control: true,
  clipboard: true,
  file: true,
};

export interface TokenParts {
  sessionId: string;
  relayId?: string;
  typ?: string;
  issuer?: string;
  jti?: string;
  /** Seconds from now, negative for the past. */
  expiresIn?: number;
  /** Seconds from now. */
  issuedIn?: number;
}

/** Signs as a management server does; every part can be made wrong. */
export class TokenSigner {
  readonly publicKey: KeyObject;
  readonly #privateKey: KeyObject;

  constructor() {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    this.publicKey = publicKey;
    this.#privateKey = privateKey;
  }

  /** As the environment variable TOKEN_PUBLIC_KEY carries it. */
  get publicKeyVariable(): string {
    return Buffer.from(this.publicKey.export({ type: "spki", format: "pem" })).toString("base64");
  }

  join(
    parts: TokenParts & {
      role: Exclude<JoinRole, "observer">;
      permissions?: Permissions;
      grantable?: Permissions;
      bytesForwarded?: number;
    },
  ): Promise<string> {
    const { role, permissions = CONSENTED_PERMISSIONS, grantable = EVERYTHING, bytesForwarded = 0 } = parts;
    return this.#sign(JOIN_TOKEN_TYPE, parts, { role, permissions, grantable, bytesForwarded });
  }

  observe(parts: TokenParts & { observer: Observer; signInId?: string }): Promise<string> {
    const { observer, signInId = randomUUID() } = parts;
    const permissions = { permissions: CONSENTED_PERMISSIONS, grantable: EVERYTHING };
    return this.#sign(JOIN_TOKEN_TYPE, parts, { role: "observer", observer, signInId, ...permissions });
  }

  check(parts: TokenParts): Promise<string> {
    return this.#sign(CHECK_TOKEN_TYPE, parts, { role: "check" });
  }

  command(parts: TokenParts & { observerId?: string }): Promise<string> {
    const { observerId } = parts;
    return this.#sign(COMMAND_TOKEN_TYPE, parts, observerId === undefined ? {} : { observerId });
  }

  #sign(typ: string, parts: TokenParts, claims: { [name: string]: unknown }): Promise<string> {
    const nowSeconds = Math.floor(Date.now() / 1000);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "EdDSA", typ: parts.typ ?? typ })
      .setIssuer(parts.issuer ?? JOIN_TOKEN_ISSUER)
      .setAudience(parts.relayId ?? "relay-test")
      .setSubject(parts.sessionId)
      .setJti(parts.jti ?? randomUUID())
      .setIssuedAt(nowSeconds + (parts.issuedIn ?? 0))
      .setExpirationTime(nowSeconds + (parts.expiresIn ?? JOIN_TOKEN_TTL_SECONDS))
      .sign(this.#privateKey);
  }
}
