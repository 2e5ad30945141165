import createNextIntlPlugin from "next-intl/plugin";

const withNextIntl = createNextIntlPlugin("./src/i18n/request.ts");

/** @type {import("next").NextConfig} */
const nextConfig = {
  distDir: process.env.NEXT_DIST_DIR || ".next",
  poweredByHeader: false,
  reactStrictMode: true,
  // `next dev` knows localhost by itself; the server answers to this name as well.
  allowedDevOrigins: ["127.0.0.1"],
  // Types are checked by `npm run check`, in the whole repository at once; a second time here would only make
  // the first `npm start` longer.
  typescript: { ignoreBuildErrors: true },
  // Native code, WebAssembly and files found at run time: these are loaded from node_modules, not bundled.
  serverExternalPackages: [
    "@node-rs/argon2",
    "@prisma/adapter-pg",
    "@prisma/client",
    "pg",
    "pino",
    "prom-client",
  ],
  // Pages get their headers from src/proxy.ts; these are for everything that does not pass there.
  headers: async () => [
    {
      source: "/:path*",
      headers: [
        { key: "X-Content-Type-Options", value: "nosniff" },
        { key: "Referrer-Policy", value: "no-referrer" },
        { key: "Cross-Origin-Resource-Policy", value: "same-origin" },
      ],
    },
    {
      source: "/api/:path*",
      headers: [{ key: "Content-Security-Policy", value: "default-src 'none'; frame-ancestors 'none'" }],
    },
    // The other routes of the API say so themselves; what is set here would replace what an event stream needs.
    { source: "/api/auth/:path*", headers: [{ key: "Cache-Control", value: "no-store" }] },
  ],
};

export default withNextIntl(nextConfig);
