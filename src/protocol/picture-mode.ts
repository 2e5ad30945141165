import { z } from "zod";

/**
 * What matters most about the shared picture, as the operator chooses: that small text is exact, that motion is smooth, or the
 * middle of both. What each means for the encoder is the customer's side's business.
 */
export const pictureModes = ["sharp", "balanced", "fluid"] as const;
export const pictureModeSchema = z.enum(pictureModes);
export type PictureMode = z.infer<typeof pictureModeSchema>;

/** How every session begins. */
export const DEFAULT_PICTURE_MODE: PictureMode = "balanced";

/** What the picture may be encoded with, the best for screens first: see picture-quality.ts for how that was measured. */
export const pictureCodecs = ["AV1", "H264", "VP9", "VP8"] as const;
export const pictureCodecSchema = z.enum(pictureCodecs);
export type PictureCodec = z.infer<typeof pictureCodecSchema>;

/** The picture's codec that a media type names; null for any other, such as retransmission. */
export function pictureCodecOf({ mimeType }: { readonly mimeType: string }): PictureCodec | null {
  const name = mimeType.replace(/^video\//i, "").toUpperCase();
  return pictureCodecSchema.safeParse(name).data ?? null;
}

/** Operator to customer, on the channel `picture`: encode like this from now on, or say how it is done. Either is answered. */
export const pictureWishSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("choose"), mode: pictureModeSchema }),
  z.strictObject({ type: z.literal("ask") }),
]);
export type PictureWish = z.infer<typeof pictureWishSchema>;

/** Customer to operator, on the channel `picture`: this is how it is encoded now. */
export const pictureReportSchema = z.strictObject({ type: z.literal("applied"), mode: pictureModeSchema });
export type PictureReport = z.infer<typeof pictureReportSchema>;
