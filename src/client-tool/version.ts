import packageJson from "../../package.json" with { type: "json" };

/** The version of this tool: that of the whole project. */
export const toolVersion: string = packageJson.version;
