import { connect as connectTls } from "node:tls";
import type { Page } from "@playwright/test";
import { goLive } from "../actors/go-live";
import { type Stack, startLanStack } from "../fixtures/stack";
import { test as base, expect } from "../fixtures/test";

let lan: Awaited<ReturnType<typeof startLanStack>> | undefined;

const test = base.extend<{ stack: Stack }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures from this pattern
  stack: async ({}, use) => {
    if (lan === undefined) throw new Error("The product was not started.");
    await use(lan.stack);
  },
});
// What a person does once, reading the fingerprint.
test.use({ ignoreHTTPSErrors: true });

test.beforeAll(async () => {
  test.setTimeout(180_000);
  lan = await startLanStack();
});
test.afterAll(async () => {
  await lan?.stop();
});

/** Lets the page's connections be asked later; with `withoutUdp` it never learns of the relay's UDP candidates, as behind a firewall. */
async function watchConnections(page: Page, { withoutUdp }: { withoutUdp: boolean }): Promise<void> {
  await page.addInitScript((hidesUdp) => {
    const connections: RTCPeerConnection[] = [];
    Object.assign(window, { connections });
    RTCPeerConnection.prototype.setRemoteDescription = new Proxy(
      RTCPeerConnection.prototype.setRemoteDescription,
      {
        apply: (native, connection: RTCPeerConnection, [description]: [RTCSessionDescriptionInit]) => {
          if (!connections.includes(connection)) connections.push(connection);
          const lines = (description.sdp ?? "").split("\r\n");
          const kept = lines.filter((line) => !hidesUdp || !/^a=candidate:.* udp /i.test(line));
          return Reflect.apply(native, connection, [{ type: description.type, sdp: kept.join("\r\n") }]);
        },
      },
    );
  }, withoutUdp);
}

/** Over what each connection of the page reaches the relay, like `tcp 8443`. */
async function pathsOf(page: Page): Promise<string[]> {
  return await page.evaluate(async () => {
    const connections: RTCPeerConnection[] = Reflect.get(window, "connections");
    const paths: string[] = [];
    for (const connection of connections.filter(({ connectionState }) => connectionState === "connected")) {
      const stats = await connection.getStats();
      stats.forEach((one) => {
        if (one.type !== "transport") return;
        const pair = stats.get(one.selectedCandidatePairId);
        const remote = stats.get(pair?.remoteCandidateId);
        paths.push(`${remote?.protocol} ${remote?.port}`);
      });
    }
    return paths;
  });
}

for (const protocol of ["udp", "tcp"] as const) {
  test(`a session over one address, media over ${protocol}`, async ({
    stack,
    openOperator,
    openTabCustomer,
  }) => {
    const operator = await openOperator();
    const { customer, sharedTab } = await openTabCustomer();
    for (const { page } of [operator, customer]) {
      await watchConnections(page, { withoutUdp: protocol === "tcp" });
    }
    await operator.signIn();
    const cookies = await operator.page.context().cookies();
    expect(cookies.map(({ secure }) => secure)).not.toContain(false);
    await goLive(operator, customer);

    await sharedTab.evaluate(() => {
      document.body.style.background = "rgb(20, 60, 200)";
    });
    await expect.poll(async () => (await operator.colorAt(0.5, 0.5))[2]).toBeGreaterThan(150);
    await customer.say("Here I am");
    await expect(operator.page.getByText("Here I am")).toBeVisible();

    const { port } = new URL(stack.url);
    for (const { page } of [operator, customer]) {
      const paths = await pathsOf(page);
      expect(paths.length).toBeGreaterThan(0);
      for (const path of paths) expect(path).toBe(`${protocol} ${port}`);
    }

    await customer.stop();
    await expect(operator.page.getByText(/ended by the customer/).first()).toBeVisible();
  });
}

test("plain HTTP leads to the same page over HTTPS, and what is served is at least TLS 1.2", async ({
  stack,
  page,
}) => {
  const { port } = new URL(stack.url);
  await page.goto(`http://127.0.0.1:${port}/r/123456`);
  await expect(page).toHaveURL(`${stack.url}/r/123456`);
  const socket = connectTls({ host: "127.0.0.1", port: Number(port), rejectUnauthorized: false });
  await new Promise<void>((resolve, reject) => {
    socket.once("secureConnect", resolve).once("error", reject);
  });
  expect(socket.getProtocol()).toBe("TLSv1.3");
  socket.destroy();
});
