// What every command does first. Only Node's built-ins may be imported here and by the two modules below,
// because on a fresh clone nothing else is installed yet.
import { installDependencies } from "./setup/dependencies.mjs";
import { projectRoot, requireNodeVersion } from "./setup/project.mjs";
import { printFailure, step } from "./setup/report.mjs";

/**
 * Checks Node, installs the dependencies when needed, then loads a command written in TypeScript into this
 * same process and runs its `main`. A failure is printed as cause and remedy and ends the process with 1.
 *
 * @param {() => Promise<{ main: (args: string[]) => Promise<void> }>} loadCommand
 */
export async function boot(loadCommand) {
  try {
    requireNodeVersion();
    process.chdir(projectRoot);
    await step("Dependencies", installDependencies);
    const { register } = await import("tsx/esm/api");
    register();
    const command = await loadCommand();
    await command.main(process.argv.slice(2));
  } catch (error) {
    printFailure(error);
    process.exit(1);
  }
}
