// `npm run pictures`: one picture of every page in every look, for a person to look at.
import { readyToMeasure } from "./ready-to-measure";

export async function main(args: string[]): Promise<void> {
  await readyToMeasure();
  const { takePictures } = await import("../../e2e/pictures/take");
  await takePictures(args);
  process.exit(0);
}
