import koffi from "koffi";
import { declareHere } from "../../machine/windows/win32";
import { exceptionsFrom } from "./exceptions";
import { DIRECT, type SystemProxy } from "./system-proxy";

/** WINHTTP_CURRENT_USER_IE_PROXY_CONFIG: what is set for this person, or by the company for everybody. */
export type WindowsProxyConfig = {
  lpszAutoConfigUrl: string | null;
  lpszProxy: string | null;
  lpszProxyBypass: string | null;
};

/** @throws when Windows has no such settings */
export function readWindowsProxy(): SystemProxy {
  // Its three texts stay allocated: they are read once.
  const Config = koffi.struct({
    fAutoDetect: "int",
    lpszAutoConfigUrl: "str16",
    lpszProxy: "str16",
    lpszProxyBypass: "str16",
  });
  const read = declareHere("winhttp.dll", "WinHttpGetIEProxyConfigForCurrentUser", "int", [
    koffi.out(koffi.pointer(Config)),
  ]) as (config: Partial<WindowsProxyConfig>) => number;
  const config: Partial<WindowsProxyConfig> = {};
  if (read(config) === 0) return DIRECT;
  return windowsProxy(config);
}

/**
 * The proxy is `host:port` for everything, or a list such as `http=a:80;https=b:8080`. Exceptions are names with `*`, and `<local>` for
 * those without a dot.
 */
export function windowsProxy({
  lpszAutoConfigUrl,
  lpszProxy,
  lpszProxyBypass,
}: Partial<WindowsProxyConfig>): SystemProxy {
  const address = proxyForHttps(lpszProxy ?? "");
  if (address === null) {
    return lpszAutoConfigUrl ? { is: "script", address: lpszAutoConfigUrl } : DIRECT;
  }
  const entries = parts(lpszProxyBypass ?? "");
  return {
    is: "proxy",
    address,
    isExcepted: exceptionsFrom({
      entries: entries.filter((entry) => entry !== "<local>"),
      simpleNames: entries.includes("<local>"),
    }),
  };
}

function proxyForHttps(setting: string): string | null {
  const entries = parts(setting);
  const own = entries.find((entry) => /^https=/i.test(entry));
  const all = entries.find((entry) => !entry.includes("="));
  return own?.slice("https=".length) ?? all ?? null;
}

function parts(list: string): string[] {
  return list
    .toLowerCase()
    .split(/[;\s]+/)
    .filter((part) => part !== "");
}
