import { expect, test } from "vitest";
import { isForTheSystem, proxyFor } from "./proxy";
import type { SystemProxy } from "./system-proxy/system-proxy";

const proxy = "http://proxy.example:3128";

test.each([
  ["https://a.example/x", { HTTPS_PROXY: proxy }, true],
  ["wss://a.example/signalling", { https_proxy: proxy }, true],
  ["https://a.example", { ALL_PROXY: "proxy.example:3128" }, true],
  ["https://a.example", {}, false],
  ["https://a.example", { HTTPS_PROXY: "socks5://proxy.example:1080" }, false],
  ["http://a.example", { HTTPS_PROXY: proxy }, false],
  ["https://localhost:3000", { HTTPS_PROXY: proxy }, false],
  ["https://127.0.0.1", { HTTPS_PROXY: proxy }, false],
  ["https://a.example", { HTTPS_PROXY: proxy, NO_PROXY: "*" }, false],
  ["https://a.example", { HTTPS_PROXY: proxy, NO_PROXY: "b.example, example" }, false],
  ["https://a.example", { HTTPS_PROXY: proxy, no_proxy: ".example" }, false],
  ["https://anexample", { HTTPS_PROXY: proxy, no_proxy: ".example" }, true],
  ["https://a.example:8443", { HTTPS_PROXY: proxy, NO_PROXY: "a.example:8443" }, false],
  ["https://a.example", { HTTPS_PROXY: proxy, NO_PROXY: "a.example:8443" }, true],
])("%s with %o", (url, environment, isUsed) => {
  expect(proxyFor(new URL(url), environment)?.host).toBe(isUsed ? "proxy.example:3128" : undefined);
});

test.each([
  ["https://a.example", {}, "system.example:8080"],
  ["https://excepted.example", {}, undefined],
  ["https://a.example", { HTTPS_PROXY: proxy }, "proxy.example:3128"],
  ["https://a.example", { NO_PROXY: "a.example" }, undefined],
  ["https://127.0.0.1:3000", {}, undefined],
  ["http://a.example", {}, undefined],
])("%s with %o where the system has a proxy", (address, environment, host) => {
  const system: SystemProxy = {
    is: "proxy",
    address: "system.example:8080",
    isExcepted: ({ hostname }) => hostname === "excepted.example",
  };
  const url = new URL(address);
  expect(proxyFor(url, environment, system)?.host).toBe(host);
  // Nobody is asked who has no say.
  if (host === "system.example:8080") expect(isForTheSystem(url, environment)).toBe(true);
  if (host === "proxy.example:3128") expect(isForTheSystem(url, environment)).toBe(false);
});
