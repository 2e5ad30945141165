import { expect, test } from "vitest";
import { proxyFor } from "./proxy";

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
