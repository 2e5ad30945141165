import { AppError } from "@/lib/app-error";
import { exitCodes } from "./exit-codes";
import { PROXY_FAILED } from "./network/proxy-error";

/** Everything that can keep the tool from its work, each with a sentence in `texts.ts` and the exit code. */
export const failureExitCodes = {
  unknownArgument: exitCodes.usage,
  notPaired: exitCodes.usage,
  pairingExpired: exitCodes.pairing,
  pairingUsed: exitCodes.pairing,
  pairingUnknown: exitCodes.pairing,
  unreachable: exitCodes.unreachable,
  proxy: exitCodes.unreachable,
  noRelay: exitCodes.unreachable,
  connectionLost: exitCodes.unreachable,
  busy: exitCodes.unreachable,
  certificate: exitCodes.certificate,
  clock: exitCodes.certificate,
  declined: exitCodes.declined,
  sessionEnded: exitCodes.refused,
  refused: exitCodes.refused,
  replaced: exitCodes.refused,
  version: exitCodes.version,
  internal: exitCodes.internal,
} as const;
export type FailureKind = keyof typeof failureExitCodes;

/** A failure that the customer is told about. */
export class ToolFailure extends Error {
  readonly kind: FailureKind;

  /** @param options.cause what happened, for the terminal */
  constructor(kind: FailureKind, options: ErrorOptions = {}) {
    super(kind, options);
    this.name = "ToolFailure";
    this.kind = kind;
  }

  get exitCode(): number {
    return failureExitCodes[this.kind];
  }
}

/** OpenSSL's and Node's names for a certificate that cannot be trusted. */
const CERTIFICATE_CODES =
  /^(CERT_|ERR_TLS_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET_ISSUER|VERIFY|DECRYPT|DECODE)|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/;
/** Valid certificates look like this to a machine whose clock is wrong. */
const CLOCK_CODES = /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/;

export function isCertificateError(error: unknown): boolean {
  return CERTIFICATE_CODES.test(systemCode(error));
}

/** The failure that an error means to the customer. */
export function failureOf(error: unknown): ToolFailure {
  if (error instanceof ToolFailure) return error;
  return new ToolFailure(kindOf(error), { cause: error });
}

function kindOf(error: unknown): FailureKind {
  if (error instanceof AppError) return kindOfRefusal(error);
  const code = systemCode(error);
  if (CLOCK_CODES.test(code)) return "clock";
  if (CERTIFICATE_CODES.test(code)) return "certificate";
  if (code === PROXY_FAILED) return "proxy";
  return code === "" ? "internal" : "unreachable";
}

function kindOfRefusal({ code }: AppError): FailureKind {
  switch (code) {
    case "PROTOCOL_VERSION":
      return "version";
    case "SESSION_ENDED":
    case "SESSION_WRONG_PHASE":
      return "sessionEnded";
    case "NO_RELAY":
    case "RELAY_DRAINING":
      return "noRelay";
    case "UNAVAILABLE":
    case "INTERNAL":
      return "unreachable";
    case "MESSAGE_TOO_OFTEN":
    case "PAIRING_THROTTLED":
      return "busy";
    default:
      return "refused";
  }
}

/** `code` of a system or TLS error, also where several addresses were tried in vain. */
function systemCode(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if ("code" in error && typeof error.code === "string" && !/^ERR_INVALID_/.test(error.code))
    return error.code;
  if (error instanceof AggregateError) return systemCode(error.errors[0]);
  return error.cause === undefined ? "" : systemCode(error.cause);
}
