import { appendFileSync } from "node:fs";
import { standGuard } from "../stand-guard";

// Stands guard over a machine that only writes down what is done to it.
const file = process.argv[2] ?? "";
const note = (text: string) => appendFileSync(file, `${text}\n`);

const isLeft = await standGuard({
  input: process.stdin,
  openMachine: async () => ({
    pressKey: (code, down) => {
      note(`key ${code} ${down ? "down" : "up"}`);
      return true;
    },
    pressButton: (button, down) => note(`button ${button} ${down ? "down" : "up"}`),
    close: () => note("closed"),
  }),
});
note(isLeft ? "left" : "over");
