/** What the tool's process ends with. Ended by a signal it is 128 and the signal's number, as everywhere. */
export const exitCodes = {
  /** The session ended, or the customer closed the window. */
  ended: 0,
  internal: 1,
  /** Unknown arguments, or a file name without a pairing. */
  usage: 2,
  /** The pairing has expired, has been used, or was never given out. */
  pairing: 3,
  /** The service, or later the session, cannot be reached. */
  unreachable: 4,
  /** The service's certificate is not to be trusted. */
  certificate: 5,
  /** The customer said no. */
  declined: 6,
  /** The session was over before the tool could join it, or refuses it. */
  refused: 7,
  /** This version of the tool and the service do not understand each other. */
  version: 8,
} as const;
