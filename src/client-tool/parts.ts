// What the tool is made of, read at once and after everything that it can begin without.
export { thisPlatform } from "./control/absent-machine";
export { readDevice } from "./device/read-device";
export { readSystemProxy } from "./network/system-proxy/read-system-proxy";
export { runTool } from "./run-tool";
export { bringUpToDate } from "./update/bring-up-to-date";
