import { exceptionsFrom } from "./exceptions";
import { DIRECT, type SystemProxy } from "./system-proxy";

const SCHEMA = "org.gnome.system.proxy";

/** @param printed by `gsettings list-recursively org.gnome.system.proxy`: a schema, a key and a value (GVariant text) a line */
export function gnomeProxy(printed: string): SystemProxy {
  const values = new Map<string, string>();
  for (const line of printed.split("\n")) {
    const [, schema, key, value = ""] = /^(\S+) (\S+) (.*)$/.exec(line) ?? [];
    if (schema) values.set(`${schema} ${key}`, value);
  }
  const texts = (name: string) => textsIn(values.get(name) ?? "");
  const [mode] = texts(`${SCHEMA} mode`);
  const [host] = texts(`${SCHEMA}.https host`);
  if (mode === "manual" && host) {
    const port = Number(values.get(`${SCHEMA}.https port`));
    return {
      is: "proxy",
      address: port > 0 ? `${host}:${port}` : host,
      isExcepted: exceptionsFrom({ entries: texts(`${SCHEMA} ignore-hosts`), belowNames: true }),
    };
  }
  const [script] = texts(`${SCHEMA} autoconfig-url`);
  return mode === "auto" && script ? { is: "script", address: script } : DIRECT;
}

/** The texts in a value: one, or those of a list. Those that are empty are left out. */
function textsIn(value: string): string[] {
  const quoted = value.matchAll(/'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g);
  return [...quoted].flatMap(([, single, double]) => (single ?? double ?? "").replace(/\\(.)/g, "$1") || []);
}
