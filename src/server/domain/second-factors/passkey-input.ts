import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";
import { z } from "zod";

const MAX_FIELD_LENGTH = 8_000;
const base64url = z
  .string()
  .max(MAX_FIELD_LENGTH)
  .regex(/^[A-Za-z0-9_-]*$/);
/** RFC 4648 bytes of at least one character, such as an id. */
const id = base64url.min(1);
/** Hints for the next time, whichever a browser knows. */
const transports = z.array(z.string().max(20)).max(10);
const attachment = z.enum(["cross-platform", "platform"]).optional();

/** We ask for none, so whatever a browser says of them is not looked at. */
const noExtensions = z.unknown().transform(() => ({}));

/** What a browser makes of `navigator.credentials.create()`; what of it counts is signed, and verified by the library. */
export const registrationResponseSchema = z.object({
  id,
  rawId: id,
  type: z.literal("public-key"),
  authenticatorAttachment: attachment,
  clientExtensionResults: noExtensions,
  response: z.object({
    clientDataJSON: id,
    attestationObject: id,
    transports: transports.optional(),
  }),
}) satisfies z.ZodType<RegistrationResponseJSON>;

const authenticationResponseSchema = z.object({
  id,
  rawId: id,
  type: z.literal("public-key"),
  authenticatorAttachment: attachment,
  clientExtensionResults: noExtensions,
  response: z.object({
    clientDataJSON: id,
    authenticatorData: id,
    signature: id,
    userHandle: base64url.optional(),
  }),
}) satisfies z.ZodType<AuthenticationResponseJSON>;

/** What a sign-in with a passkey sends: the answer of `navigator.credentials.get()`, and which challenge it answers. */
export const passkeyAnswerSchema = z.strictObject({
  challengeId: z.uuid(),
  response: authenticationResponseSchema,
});
export type PasskeyAnswer = z.output<typeof passkeyAnswerSchema>;
