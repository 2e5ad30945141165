import { expect, test } from "vitest";
import { toolDeviceSchema } from "@/protocol/client-tool";
import { cut, networkAddresses, readDevice } from "./read-device";
import { linuxMounts, macosMounts } from "./read-disks";
import { linuxName, macosName, windowsName } from "./read-os-name";

test("this machine tells what the schema takes", async () => {
  const device = toolDeviceSchema.parse(await readDevice());
  expect(device.osName).not.toBe("");
  expect(device.osVersion).not.toBe("");
  expect(device.hostName).not.toBe("");
  expect(device.cpuCores).toBeGreaterThan(0);
  expect(device.memoryTotalBytes).toBeGreaterThan(device.memoryFreeBytes);
  expect(device.memoryFreeBytes).toBeGreaterThan(0);
  expect(device.uptimeSeconds).toBeGreaterThan(0);
  for (const disk of device.disks) expect(disk.totalBytes).toBeGreaterThanOrEqual(disk.freeBytes);
});

test("an address that nobody else can reach is left out", () => {
  const address = (value: string, internal = false) => ({
    address: value,
    netmask: "",
    family: "IPv4" as const,
    mac: "",
    internal,
    cidr: null,
  });
  expect(
    networkAddresses({
      lo: [address("127.0.0.1", true)],
      eth0: [address("192.0.2.7"), address("169.254.3.4"), address("fe80::1"), address("2001:db8::1")],
      none: undefined,
    }),
  ).toEqual([
    { name: "eth0", address: "192.0.2.7" },
    { name: "eth0", address: "2001:db8::1" },
  ]);
});

test("texts are cut to their limit, never within a character", () => {
  expect(cut("  Intel(R)   Xeon(R)\tCPU\0 ", 120)).toBe("Intel(R) Xeon(R) CPU");
  expect(cut("ab🙂", 3)).toBe("ab");
  expect(cut("ab🙂", 4)).toBe("ab🙂");
});

test.each([
  ["Windows 11 Pro", "10.0.22631", "23H2", "Windows 11 Pro", "23H2 (build 22631)"],
  // Before Windows was taught its own name.
  ["Windows 10 Pro", "10.0.26100", "24H2", "Windows 11 Pro", "24H2 (build 26100)"],
  ["Windows 10 Home", "10.0.19045", "22H2", "Windows 10 Home", "22H2 (build 19045)"],
  [
    "Windows Server 2022 Datacenter",
    "10.0.20348",
    "21H2",
    "Windows Server 2022 Datacenter",
    "21H2 (build 20348)",
  ],
  ["Windows Server 2025 Standard", "10.0.26100", "", "Windows Server 2025 Standard", "build 26100"],
  ["", "10.0.22000", "", "Windows 11", "build 22000"],
])("Windows %j %s is told in plain words", (product, kernel, feature, name, version) => {
  expect(windowsName(product, kernel, feature)).toEqual({ name, version });
});

test("macOS is told by its product's version", () => {
  const plist = `<dict>
	<key>ProductBuildVersion</key>
	<string>24D60</string>
	<key>ProductName</key>
	<string>macOS</string>
	<key>ProductVersion</key>
	<string>15.3</string>
</dict>`;
  expect(macosName(plist)).toEqual({ name: "macOS", version: "15.3 (24D60)" });
  expect(macosName("")).toEqual({ name: "macOS", version: "" });
});

test("Linux is told by its distribution", () => {
  const text =
    'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION="12 (bookworm)"\n';
  expect(linuxName(text, "6.1.0")).toEqual({ name: "Debian GNU/Linux", version: "12 (bookworm)" });
  expect(linuxName("NAME=Arch\\ Linux\nNAME='Arch Linux'\n", "6.12.1-arch1")).toMatchObject({
    version: "6.12.1-arch1",
  });
  expect(linuxName("", "6.12.1")).toEqual({ name: "Linux", version: "6.12.1" });
});

test("of the mounts only disks are told, each once", () => {
  const table = [
    "proc /proc proc rw 0 0",
    "/dev/sda2 / ext4 rw,relatime 0 0",
    "/dev/sda2 /var/lib/docker ext4 rw 0 0",
    "/dev/loop3 /snap/core/1 squashfs ro 0 0",
    "server:/export /mnt/nfs nfs4 rw 0 0",
    "/dev/sdb1 /media/aoi/USB\\040stick vfat rw 0 0",
    "tmpfs /tmp tmpfs rw 0 0",
    "",
  ].join("\n");
  expect(linuxMounts(table)).toEqual(["/", "/media/aoi/USB stick"]);
  const mac = [
    "/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)",
    "devfs on /dev (devfs, local, nobrowse)",
    "/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse, protect, root data)",
    "//aoi@server/share on /Volumes/share (smbfs, nodev, nosuid, mounted by aoi)",
    "/dev/disk5s1 on /Volumes/USB (1) (exfat, local, nodev, nosuid, noowners, noatime)",
  ].join("\n");
  expect(macosMounts(mac)).toEqual(["/", "/Volumes/USB (1)"]);
});
