import { z } from "zod";

/** RFC 5321, 4.5.3.1.3: a path has at most 256 octets, two of them its brackets. */
const EMAIL_MAX_LENGTH = 254;

/** The e-mail address of an account. */
export const emailSchema = z.email().max(EMAIL_MAX_LENGTH);
