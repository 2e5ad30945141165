import { exceptionsFrom } from "./exceptions";
import { DIRECT, type SystemProxy } from "./system-proxy";

/** @param printed by `scutil --proxy`: the settings of the network that is used now */
export function macosProxy(printed: string): SystemProxy {
  const values = new Map<string, string>();
  const entries: string[] = [];
  let list = "";
  for (const line of printed.split("\n")) {
    const [, key = "", value = ""] = /^\s*(\S+) : (.*?)\s*$/.exec(line) ?? [];
    if (/^\s*}\s*$/.test(line)) list = "";
    else if (value.startsWith("<array>")) list = key;
    else if (list === "ExceptionsList" && value !== "") entries.push(value);
    else if (list === "" && key !== "") values.set(key, value);
  }
  const isOn = (key: string) => values.get(key) === "1";
  const host = values.get("HTTPSProxy");
  if (isOn("HTTPSEnable") && host) {
    const port = values.get("HTTPSPort") ?? "443";
    return {
      is: "proxy",
      address: `${host.includes(":") ? `[${host}]` : host}:${port}`,
      isExcepted: exceptionsFrom({ entries, simpleNames: isOn("ExcludeSimpleHostnames") }),
    };
  }
  const script = values.get("ProxyAutoConfigURLString");
  return isOn("ProxyAutoConfigEnable") && script ? { is: "script", address: script } : DIRECT;
}
