import dgram from "node:dgram";
import { once } from "node:events";
import net from "node:net";
import { expect, test } from "vitest";
import { parseEnvironment } from "./environment";
import { chooseMailPort, findFreePort, requireFreePorts, wantedPorts } from "./ports";

test("a taken TCP port is refused with the variable to change", async () => {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const { port } = address;
  const ports = wantedPorts(
    parseEnvironment({ NODE_ENV: "test", PORT: String(port), RELAY_PORT: "47001", RELAY_WORKERS: "1" }),
  );
  await expect(requireFreePorts(ports)).rejects.toMatchObject({
    message: expect.stringContaining(`TCP port ${port}`),
    remedy: expect.stringContaining("PORT"),
  });
  setTimeout(() => server.close(), 200);
  await requireFreePorts(ports.slice(0, 1), 5_000);
});

test("a taken UDP port is seen too", async () => {
  const socket = dgram.createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  const wanted = { variable: "RELAY_MEDIA_PORT", purpose: "the relay's media", host: "127.0.0.1", port };
  await expect(requireFreePorts([{ ...wanted, protocol: "udp" }])).rejects.toThrow(`UDP port ${port}`);
  await requireFreePorts([{ ...wanted, protocol: "tcp" }]);
  socket.close();
});

test("two uses of one port name both variables", async () => {
  const port = String(await findFreePort());
  const environment = parseEnvironment({ NODE_ENV: "test", PORT: port, RELAY_PORT: port });
  await expect(requireFreePorts(wantedPorts(environment))).rejects.toThrow(/PORT and RELAY_PORT/);
});

test("every worker has its own port for UDP and TCP", () => {
  const environment = parseEnvironment({ NODE_ENV: "test", RELAY_PORT: "5000", RELAY_WORKERS: "2" });
  const media = wantedPorts(environment).filter(({ variable }) => variable === "RELAY_MEDIA_PORT");
  expect(media.map(({ port, protocol }) => `${protocol}${port}`)).toEqual([
    "udp5001",
    "tcp5001",
    "udp5002",
    "tcp5002",
  ]);
});

test("a mail page's port that was asked for must be free; any other free one does when none was", async () => {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const environment = parseEnvironment({
    NODE_ENV: "test",
    PORT: "47101",
    RELAY_PORT: "47102",
    RELAY_WORKERS: "1",
    MAIL_PORT: String(address.port),
  });
  await expect(requireFreePorts(wantedPorts(environment))).rejects.toMatchObject({
    remedy: expect.stringContaining("MAIL_PORT"),
  });
  server.close();
  const first = await chooseMailPort({ MAIL_PORT: undefined });
  const taken = net.createServer().listen(first, "127.0.0.1");
  await once(taken, "listening");
  expect(await chooseMailPort({ MAIL_PORT: undefined })).toBeGreaterThan(first);
  taken.close();
});
