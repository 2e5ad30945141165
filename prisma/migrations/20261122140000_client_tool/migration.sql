-- The Client Tool: how it gets into its session, whether it is there, and what it tells about the machine.
ALTER TABLE "support_session" ADD COLUMN "tool_present" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "support_session" ADD COLUMN "tool_device" JSONB;

CREATE TABLE "tool_pairing" (
    "id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "token_hash" BYTEA NOT NULL,
    "secret_hash" BYTEA,
    "shares_device" BOOLEAN NOT NULL,
    "language" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "redeemed_at" TIMESTAMPTZ(3),
    CONSTRAINT "tool_pairing_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "tool_pairing_token_hash_key" ON "tool_pairing"("token_hash");
CREATE UNIQUE INDEX "tool_pairing_secret_hash_key" ON "tool_pairing"("secret_hash");
CREATE INDEX "tool_pairing_session_id_idx" ON "tool_pairing"("session_id");
ALTER TABLE "tool_pairing" ADD CONSTRAINT "tool_pairing_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "support_session"("id") ON DELETE CASCADE ON UPDATE CASCADE;
