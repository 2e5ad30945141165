import { expect, test } from "vitest";
import { StepError } from "../../setup/report.mjs";
import { chooseLanAddress } from "./lan-address";

function entry(address: string, internal = false) {
  const family = address.includes(":") ? ("IPv6" as const) : ("IPv4" as const);
  const rest = { address, netmask: "255.255.255.0", mac: "00:00:00:00:00:00", internal, cidr: null };
  return family === "IPv6" ? { ...rest, family, scopeid: 0 } : { ...rest, family };
}
// None of these is this machine's, so that its own default route decides nothing.
const interfaces = {
  lo: [entry("127.0.0.1", true)],
  eth9: [entry("198.51.100.7"), entry("2001:db8::7")],
  wlan9: [entry("198.51.100.8")],
};

test("several addresses: one is chosen and the others are told", async () => {
  expect(await chooseLanAddress(undefined, interfaces)).toEqual({
    address: "198.51.100.7",
    interfaceName: "eth9",
    others: [{ address: "198.51.100.8", interfaceName: "wlan9" }],
  });
});

test("an address that is named is taken, loopback too", async () => {
  expect(await chooseLanAddress("198.51.100.8", interfaces)).toMatchObject({ interfaceName: "wlan9" });
  expect(await chooseLanAddress("127.0.0.1", interfaces)).toMatchObject({ interfaceName: "lo", others: [] });
});

test("another machine's address, a name and no network at all are refused in words", async () => {
  await expect(chooseLanAddress("198.51.100.9", interfaces)).rejects.toThrow(StepError);
  await expect(chooseLanAddress("desk", interfaces)).rejects.toThrow(/is not an IP address/);
  await expect(chooseLanAddress(undefined, { lo: interfaces.lo })).rejects.toThrow(/no address in a network/);
});
