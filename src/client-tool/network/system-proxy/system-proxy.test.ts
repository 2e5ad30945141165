import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { exceptionsFrom } from "./exceptions";
import { gnomeProxy } from "./gnome-proxy";
import { macosProxy } from "./macos-proxy";
import { DIRECT, type SystemProxy } from "./system-proxy";
import { windowsProxy } from "./windows-proxy";

const excepts = (proxy: SystemProxy, url: string) => proxy.is === "proxy" && proxy.isExcepted(new URL(url));

test.each([
  ["support.example", "https://support.example", true],
  ["support.example", "https://a.support.example", false],
  [".example", "https://a.example", true],
  ["*.example", "https://a.b.example", true],
  ["*.example", "https://example", false],
  ["192.168.*", "https://192.168.3.4", true],
  ["a.example:8443", "https://a.example:8443", true],
  ["a.example:8443", "https://a.example", false],
  ["https://a.example", "https://a.example", true],
  ["10.0.0.0/8", "https://10.2.3.4", true],
  ["169.254/16", "https://169.254.9.9", true],
  ["10.0.0.0/8", "https://11.0.0.1", false],
  ["10.0.0.0/99", "https://10.2.3.4", false],
  ["fe80::/10", "https://[fe80::1]", true],
  ["10.0.0.0/8", "https://a.example", false],
  ["A.Example", "https://a.example", true],
  ["", "https://a.example", false],
])("the exception %s for %s", (entry, url, isExcepted) => {
  expect(exceptionsFrom({ entries: [entry] })(new URL(url))).toBe(isExcepted);
});

describe("Windows", () => {
  test.each([
    ["proxy.example:8080", "proxy.example:8080"],
    ["http://proxy.example:8080", "http://proxy.example:8080"],
    ["http=a.example:80;https=b.example:8080;socks=c.example:1080", "b.example:8080"],
    ["ftp=a.example:21 https=b.example:8080", "b.example:8080"],
  ])("the proxy %s", (lpszProxy, address) => {
    expect(windowsProxy({ lpszProxy })).toMatchObject({ is: "proxy", address });
  });

  test.each(["", "http=a.example:80", "socks=c.example:1080"])("no proxy in “%s”", (lpszProxy) => {
    expect(windowsProxy({ lpszProxy })).toBe(DIRECT);
  });

  test("exceptions, and names without a dot", () => {
    const proxy = windowsProxy({ lpszProxy: "p:1", lpszProxyBypass: "*.office.example;10.*;<local>" });
    expect(excepts(proxy, "https://intra")).toBe(true);
    expect(excepts(proxy, "https://a.office.example")).toBe(true);
    expect(excepts(proxy, "https://10.1.2.3")).toBe(true);
    expect(excepts(proxy, "https://support.example")).toBe(false);
    expect(excepts(windowsProxy({ lpszProxy: "p:1" }), "https://intra")).toBe(false);
  });

  test("a script is told as one, unless there is a proxy beside it", () => {
    const lpszAutoConfigUrl = "http://wpad.example/proxy.pac";
    expect(windowsProxy({ lpszAutoConfigUrl })).toEqual({ is: "script", address: lpszAutoConfigUrl });
    expect(windowsProxy({ lpszAutoConfigUrl, lpszProxy: "p:1" })).toMatchObject({ is: "proxy" });
  });
});

describe("macOS", () => {
  /** As `scutil --proxy` prints it. */
  const printed = (lines: readonly string[]) =>
    ["<dictionary> {", ...lines.map((line) => `  ${line}`), "}", ""].join("\n");
  const exceptions = ["ExceptionsList : <array> {", "  0 : *.local", "  1 : 169.254/16", "}"];

  test("a proxy with its exceptions", () => {
    const proxy = macosProxy(
      printed([
        ...exceptions,
        "ExcludeSimpleHostnames : 1",
        "FTPPassive : 1",
        "HTTPEnable : 0",
        "HTTPSEnable : 1",
        "HTTPSPort : 8080",
        "HTTPSProxy : proxy.example",
        "ProxyAutoConfigEnable : 0",
      ]),
    );
    expect(proxy).toMatchObject({ is: "proxy", address: "proxy.example:8080" });
    expect(excepts(proxy, "https://printer.local")).toBe(true);
    expect(excepts(proxy, "https://169.254.1.2")).toBe(true);
    expect(excepts(proxy, "https://intra")).toBe(true);
    expect(excepts(proxy, "https://support.example")).toBe(false);
  });

  test("one that is switched off is none", () => {
    const off = ["HTTPSEnable : 0", "HTTPSPort : 8080", "HTTPSProxy : proxy.example"];
    expect(macosProxy(printed([...exceptions, ...off]))).toBe(DIRECT);
    expect(macosProxy(printed(exceptions))).toBe(DIRECT);
  });

  test("a script", () => {
    const script = ["ProxyAutoConfigEnable : 1", "ProxyAutoConfigURLString : http://wpad.example/proxy.pac"];
    expect(macosProxy(printed(script))).toEqual({ is: "script", address: "http://wpad.example/proxy.pac" });
  });
});

describe("GNOME", () => {
  const lines = (mode: string, hosts: string, https: string) =>
    [
      "org.gnome.system.proxy autoconfig-url 'http://wpad.example/proxy.pac'",
      `org.gnome.system.proxy ignore-hosts ${hosts}`,
      `org.gnome.system.proxy mode '${mode}'`,
      "org.gnome.system.proxy use-same-proxy true",
      "org.gnome.system.proxy.http host 'other.example'",
      "org.gnome.system.proxy.http port 8080",
      `org.gnome.system.proxy.https host '${https}'`,
      "org.gnome.system.proxy.https port 3128",
    ].join("\n");

  test("a proxy, whose exceptions hold for what is below them", () => {
    const proxy = gnomeProxy(
      lines("manual", "['localhost', '10.0.0.0/8', 'office.example']", "proxy.example"),
    );
    expect(proxy).toMatchObject({ is: "proxy", address: "proxy.example:3128" });
    expect(excepts(proxy, "https://a.office.example")).toBe(true);
    expect(excepts(proxy, "https://10.0.0.9")).toBe(true);
    expect(excepts(proxy, "https://support.example")).toBe(false);
  });

  test("none, one for something else, a script", () => {
    expect(gnomeProxy(lines("none", "@as []", "proxy.example"))).toBe(DIRECT);
    expect(gnomeProxy(lines("manual", "@as []", ""))).toBe(DIRECT);
    expect(gnomeProxy(lines("auto", "@as []", ""))).toMatchObject({ is: "script" });
    expect(gnomeProxy("")).toBe(DIRECT);
  });

  test.skipIf(!hasGsettings())("as the program itself prints it", () => {
    const home = mkdtempSync(path.join(os.tmpdir(), "gsettings-"));
    const environment = { ...process.env, XDG_CONFIG_HOME: home, GSETTINGS_BACKEND: "keyfile" };
    const gsettings = (...args: string[]) =>
      execFileSync("gsettings", args, { env: environment, encoding: "utf8" });
    try {
      gsettings("set", "org.gnome.system.proxy", "mode", "manual");
      gsettings("set", "org.gnome.system.proxy", "ignore-hosts", `['it\\'s.example', "b.example"]`);
      gsettings("set", "org.gnome.system.proxy.https", "host", "proxy.example");
      gsettings("set", "org.gnome.system.proxy.https", "port", "3128");
      const proxy = gnomeProxy(gsettings("list-recursively", "org.gnome.system.proxy"));
      expect(proxy).toMatchObject({ is: "proxy", address: "proxy.example:3128" });
      expect(excepts(proxy, "https://b.example")).toBe(true);
    } finally {
      rmSync(home, { recursive: true });
    }
  });
});

function hasGsettings(): boolean {
  try {
    execFileSync("gsettings", ["list-keys", "org.gnome.system.proxy"], { stdio: "ignore" });
    return true;
  } catch {
    console.log("GNOME's own gsettings is not asked: it is not installed.");
    return false;
  }
}
