import { readToolFileName } from "@/protocol/client-tool";
import { ToolFailure } from "./tool-failure";

/** The service that the tool was handed out by, and the token that it may join with, once. */
export interface Pairing {
  readonly origin: string;
  readonly token: string;
}

const PAIRING_OPTION = "--pairing=";
/** Not for people: the tool starts itself with it (machine/guard). */
export const GUARD_ARGUMENT = "--stand-guard";

/**
 * What the tool is started for.
 *
 * @param args without the executable and the script
 */
export function readCommand(args: readonly string[]): "help" | "version" | "guard" | "run" {
  if (args.length === 1 && args[0] === GUARD_ARGUMENT) return "guard";
  if (args.includes("--help") || args.includes("-h")) return "help";
  return args.includes("--version") ? "version" : "run";
}

/**
 * The pairing that the tool carries: in its own file's name, in that of a folder that it is in (an application of macOS), or in the
 * argument `--pairing=<such a name>`.
 *
 * @throws ToolFailure notPaired, unknownArgument
 */
export function readPairing(args: readonly string[], executable: string): Pairing {
  const given = args.find((arg) => arg.startsWith(PAIRING_OPTION));
  const unknown = args.find((arg) => arg !== given && arg.startsWith("-") && !isFromTheSystem(arg));
  if (unknown !== undefined) throw new ToolFailure("unknownArgument", { cause: unknown });
  const names = (given?.slice(PAIRING_OPTION.length) ?? executable).split(/[\\/]/).reverse();
  const pairing = names.map(readToolFileName).find((one) => one !== null);
  if (!pairing) throw new ToolFailure("notPaired");
  return pairing;
}

/** macOS tells a program that was started from the Finder its process serial number. */
function isFromTheSystem(arg: string): boolean {
  return arg.startsWith("-psn_");
}
