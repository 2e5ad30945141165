import { z } from "zod";

/**
 * What the customer's browser tells about its device: exactly what the consent page lists, nothing more. Every text is
 * shown as text and stored with the session.
 */
export const deviceInformationSchema = z.strictObject({
  browserName: z.string().max(60),
  browserVersion: z.string().max(40),
  osName: z.string().max(60),
  osVersion: z.string().max(40),
  /** Size of the main screen in CSS pixels. */
  screenWidth: z.int().min(0).max(100_000),
  screenHeight: z.int().min(0).max(100_000),
  /** Device pixels per CSS pixel. */
  devicePixelRatio: z.number().min(0).max(100),
  /** BCP 47. */
  language: z.string().max(35),
});
export type DeviceInformation = z.infer<typeof deviceInformationSchema>;
