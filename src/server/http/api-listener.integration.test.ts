import { once } from "node:events";
import { createServer, get, type IncomingMessage, request } from "node:http";
import { afterEach, expect, test } from "vitest";
import { createApiListener } from "./api-listener";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serve(handle: (request: Request) => Promise<Response>) {
  const errors: unknown[] = [];
  const listener = createApiListener(handle, (error) => errors.push(error));
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { errors, url: `http://127.0.0.1:${port}/api/trpc/x.y?a=b` };
}

test("method, path, headers and body arrive; the answer carries the API's headers", async () => {
  const { url } = await serve(async (received) =>
    Response.json({
      method: received.method,
      path: new URL(received.url).pathname + new URL(received.url).search,
      mark: received.headers.get("x-mark"),
      body: await received.json(),
    }),
  );
  const answer = await fetch(url, {
    method: "POST",
    headers: { "x-mark": "1" },
    body: JSON.stringify({ number: "受付" }),
  });
  expect(await answer.json()).toEqual({
    method: "POST",
    path: "/api/trpc/x.y?a=b",
    mark: "1",
    body: { number: "受付" },
  });
  expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
});

test("what the handler throws is told to us alone", async () => {
  const { url, errors } = await serve(async () => {
    throw new Error("secret detail");
  });
  const answer = await fetch(url);
  expect(answer.status).toBe(500);
  expect(await answer.text()).toBe("");
  expect(errors).toMatchObject([{ message: "secret detail" }]);
});

test("an event stream is sent on as it comes, and its signal tells when the browser has gone", async () => {
  let gone: Promise<unknown> | undefined;
  const { url } = await serve(async ({ signal }) => {
    gone = once(signal, "abort");
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode("data: first\n\n"));
      },
    });
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  });
  const sent = get(url);
  const response: IncomingMessage = (await once(sent, "response"))[0];
  const [chunk] = await once(response, "data");
  expect(String(chunk)).toBe("data: first\n\n");
  sent.destroy();
  await gone;
});

test("a body that breaks off is an error to whoever reads it, and nothing hangs", async () => {
  let told: (bodies: Promise<unknown>[]) => void = () => undefined;
  const reading = new Promise<Promise<unknown>[]>((resolve) => {
    told = resolve;
  });
  const { url } = await serve(async (received) => {
    const body = received.text();
    // In a list, for a promise that resolves to a promise would wait for it.
    told([body]);
    await body;
    return new Response(null);
  });
  const sent = request(url, { method: "POST", headers: { "content-length": "100" } });
  sent.on("error", () => undefined);
  sent.write("{");
  const [body] = await reading;
  sent.destroy();
  await expect(body).rejects.toThrow();
});
