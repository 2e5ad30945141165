import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { isoCBOR } from "@simplewebauthn/server/helpers";

/** Bits of the authenticator data's flags (Web Authentication Level 3, 6.1). */
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const ATTESTED_CREDENTIAL = 0x40;
const AAGUID_BYTES = 16;
const CREDENTIAL_ID_BYTES = 32;

/** What a test may make an answer say, beside the truth. */
export interface Lies {
  readonly origin?: string;
  readonly rpId?: string;
  readonly counter?: number;
  readonly userVerified?: boolean;
  readonly userHandle?: string | undefined;
  readonly challenge?: string;
}

/**
 * An authenticator and its browser in software: one ES256 key pair, a counter, and the client data that a page at `origin` would
 * give. It signs whatever it is told to, so that a test can send what no honest browser would.
 */
export class SoftwareAuthenticator {
  readonly #origin: string;
  #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly credentialId = randomBytes(CREDENTIAL_ID_BYTES).toString("base64url");
  #userHandle: string | undefined;
  counter = 0;

  constructor(origin: string) {
    this.#origin = origin;
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#privateKey = pair.privateKey;
    this.#publicKey = pair.publicKey;
  }

  /** The answer of `navigator.credentials.create()`. */
  create(options: PublicKeyCredentialCreationOptionsJSON, lies: Lies = {}): RegistrationResponseJSON {
    this.#userHandle = options.user.id;
    const id = Buffer.from(this.credentialId, "base64url");
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const authData = Buffer.concat([
      this.#authenticatorData(options.rp.id ?? "", USER_PRESENT | USER_VERIFIED | ATTESTED_CREDENTIAL, lies),
      Buffer.alloc(AAGUID_BYTES),
      length,
      id,
      this.#coseKey(),
    ]);
    const attestation = isoCBOR.encode(
      new Map<string | number, string | Uint8Array | Map<string | number, string>>([
        ["fmt", "none"],
        ["attStmt", new Map<string | number, string>()],
        ["authData", new Uint8Array(authData)],
      ]),
    );
    return {
      id: this.credentialId,
      rawId: this.credentialId,
      type: "public-key",
      clientExtensionResults: {},
      response: {
        clientDataJSON: this.#clientData("webauthn.create", options.challenge, lies).toString("base64url"),
        attestationObject: Buffer.from(attestation).toString("base64url"),
        transports: ["internal"],
      },
    };
  }

  /** The answer of `navigator.credentials.get()`; each one counts up. */
  get(options: PublicKeyCredentialRequestOptionsJSON, lies: Lies = {}): AuthenticationResponseJSON {
    this.counter += 1;
    const flags = USER_PRESENT | (lies.userVerified === false ? 0 : USER_VERIFIED);
    const authData = this.#authenticatorData(options.rpId ?? "", flags, lies);
    const clientData = this.#clientData("webauthn.get", options.challenge, lies);
    const signed = Buffer.concat([authData, createHash("sha256").update(clientData).digest()]);
    const userHandle = "userHandle" in lies ? lies.userHandle : this.#userHandle;
    return {
      id: this.credentialId,
      rawId: this.credentialId,
      type: "public-key",
      clientExtensionResults: {},
      response: {
        clientDataJSON: clientData.toString("base64url"),
        authenticatorData: authData.toString("base64url"),
        signature: sign("sha256", signed, this.#privateKey).toString("base64url"),
        ...(userHandle !== undefined && { userHandle }),
      },
    };
  }

  /** From now on it signs with another key than the one that was registered. */
  loseKey(): void {
    this.#privateKey = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  }

  #authenticatorData(rpId: string, flags: number, lies: Lies): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(lies.counter ?? this.counter);
    const rpIdHash = createHash("sha256")
      .update(lies.rpId ?? rpId)
      .digest();
    return Buffer.concat([rpIdHash, Buffer.from([flags]), counter]);
  }

  #clientData(type: string, challenge: string, lies: Lies): Buffer {
    return Buffer.from(
      JSON.stringify({
        type,
        challenge: lies.challenge ?? challenge,
        origin: lies.origin ?? this.#origin,
        crossOrigin: false,
      }),
    );
  }

  /** The public key as COSE has it (RFC 9053, 7.1.1): EC2, ES256, P-256, x, y. */
  #coseKey(): Uint8Array {
    const { x = "", y = "" } = this.#publicKey.export({ format: "jwk" });
    return isoCBOR.encode(
      new Map<number, number | Uint8Array>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, new Uint8Array(Buffer.from(x, "base64url"))],
        [-3, new Uint8Array(Buffer.from(y, "base64url"))],
      ]),
    );
  }
}
