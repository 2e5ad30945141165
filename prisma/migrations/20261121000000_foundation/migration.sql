-- The whole schema of prisma/schema.prisma, in the words Prisma itself would use, and below it the rules that a Prisma
-- schema cannot express.

CREATE TYPE "operator_role" AS ENUM ('administrator', 'operator');
CREATE TYPE "reception_state" AS ENUM ('live', 'used', 'expired', 'cancelled');
CREATE TYPE "session_phase" AS ENUM ('waiting', 'accepted', 'live', 'ended');
CREATE TYPE "end_reason" AS ENUM ('declined_by_operator', 'cancelled_by_customer', 'declined_by_customer', 'not_answered', 'stopped_by_customer', 'ended_by_operator', 'connection_lost', 'relay_lost', 'revoked');
CREATE TYPE "relay_state" AS ENUM ('ready', 'draining');

CREATE TABLE "company" (
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "region" TEXT NOT NULL DEFAULT 'default',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "company_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "company_policy" (
    "company_id" UUID NOT NULL,
    "reception_ttl_minutes" INTEGER NOT NULL DEFAULT 10,
    "lockout_threshold" INTEGER NOT NULL DEFAULT 5,
    "lockout_minutes" INTEGER NOT NULL DEFAULT 30,
    "sign_in_idle_minutes" INTEGER NOT NULL DEFAULT 480,
    "sign_in_absolute_minutes" INTEGER NOT NULL DEFAULT 1440,

    CONSTRAINT "company_policy_pkey" PRIMARY KEY ("company_id")
);

CREATE TABLE "operator" (
    "id" UUID NOT NULL,
    "company_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "role" "operator_role" NOT NULL DEFAULT 'operator',
    "password_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "operator_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "provider_account" (
    "id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "provider_account_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "sign_in" (
    "id" UUID NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "operator_id" UUID,
    "provider_account_id" UUID,
    "client_address" TEXT NOT NULL,
    "user_agent" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "sign_in_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "sign_in_attempt" (
    "id" UUID NOT NULL,
    "account_key" BYTEA NOT NULL,
    "operator_id" UUID,
    "client_address" TEXT NOT NULL,
    "succeeded" BOOLEAN NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "sign_in_attempt_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "reception_number" (
    "id" UUID NOT NULL,
    "company_id" UUID NOT NULL,
    "operator_id" UUID NOT NULL,
    "number_hash" BYTEA NOT NULL,
    "state" "reception_state" NOT NULL DEFAULT 'live',
    "issued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "reception_number_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "support_session" (
    "id" UUID NOT NULL,
    "company_id" UUID NOT NULL,
    "operator_id" UUID NOT NULL,
    "reception_id" UUID NOT NULL,
    "ticket_hash" BYTEA,
    "phase" "session_phase" NOT NULL DEFAULT 'waiting',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "accepted_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "end_reason" "end_reason",
    "device" JSONB,
    "permissions" JSONB NOT NULL,
    "relay_id" TEXT,
    "operator_present" BOOLEAN NOT NULL DEFAULT false,
    "customer_present" BOOLEAN NOT NULL DEFAULT false,
    "last_present_at" TIMESTAMPTZ(3),
    "bytes_forwarded" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "support_session_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "relay" (
    "id" TEXT NOT NULL,
    "region" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "protocol_version" INTEGER NOT NULL,
    "public_url" TEXT NOT NULL,
    "command_url" TEXT NOT NULL,
    "state" "relay_state" NOT NULL,
    "workers" INTEGER NOT NULL,
    "load" DOUBLE PRECISION NOT NULL,
    "sessions" INTEGER NOT NULL,
    "registered_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_heartbeat_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "relay_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "audit_event" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "company_id" UUID,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "subject" TEXT,
    "client_address" TEXT,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "rate_limit" (
    "key" TEXT NOT NULL,
    "points" INTEGER NOT NULL DEFAULT 0,
    "expire" BIGINT,

    CONSTRAINT "rate_limit_pkey" PRIMARY KEY ("key")
);

CREATE UNIQUE INDEX "company_code_key" ON "company"("code");
CREATE UNIQUE INDEX "operator_company_id_code_key" ON "operator"("company_id", "code");
CREATE UNIQUE INDEX "provider_account_code_key" ON "provider_account"("code");
CREATE UNIQUE INDEX "sign_in_secret_hash_key" ON "sign_in"("secret_hash");
CREATE INDEX "sign_in_operator_id_idx" ON "sign_in"("operator_id");
CREATE INDEX "sign_in_provider_account_id_idx" ON "sign_in"("provider_account_id");
CREATE INDEX "sign_in_expires_at_idx" ON "sign_in"("expires_at");
CREATE INDEX "sign_in_attempt_account_key_at_idx" ON "sign_in_attempt"("account_key", "at");
CREATE INDEX "sign_in_attempt_at_idx" ON "sign_in_attempt"("at");
CREATE INDEX "reception_number_number_hash_issued_at_idx" ON "reception_number"("number_hash", "issued_at");
CREATE INDEX "reception_number_operator_id_state_idx" ON "reception_number"("operator_id", "state");
CREATE INDEX "reception_number_state_expires_at_idx" ON "reception_number"("state", "expires_at");
CREATE UNIQUE INDEX "support_session_reception_id_key" ON "support_session"("reception_id");
CREATE UNIQUE INDEX "support_session_ticket_hash_key" ON "support_session"("ticket_hash");
CREATE INDEX "support_session_operator_id_phase_idx" ON "support_session"("operator_id", "phase");
CREATE INDEX "support_session_phase_created_at_idx" ON "support_session"("phase", "created_at");
CREATE INDEX "support_session_relay_id_phase_idx" ON "support_session"("relay_id", "phase");
CREATE INDEX "support_session_company_id_created_at_id_idx" ON "support_session"("company_id", "created_at" DESC, "id" DESC);
CREATE INDEX "support_session_operator_id_created_at_id_idx" ON "support_session"("operator_id", "created_at" DESC, "id" DESC);
CREATE INDEX "audit_event_company_id_id_idx" ON "audit_event"("company_id", "id" DESC);
CREATE INDEX "rate_limit_expire_idx" ON "rate_limit"("expire");

ALTER TABLE "company_policy" ADD CONSTRAINT "company_policy_company_id_fkey" FOREIGN KEY ("company_id") REFERENCES "company"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "operator" ADD CONSTRAINT "operator_company_id_fkey" FOREIGN KEY ("company_id") REFERENCES "company"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "sign_in" ADD CONSTRAINT "sign_in_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "operator"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "sign_in" ADD CONSTRAINT "sign_in_provider_account_id_fkey" FOREIGN KEY ("provider_account_id") REFERENCES "provider_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "reception_number" ADD CONSTRAINT "reception_number_company_id_fkey" FOREIGN KEY ("company_id") REFERENCES "company"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "reception_number" ADD CONSTRAINT "reception_number_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "operator"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "support_session" ADD CONSTRAINT "support_session_company_id_fkey" FOREIGN KEY ("company_id") REFERENCES "company"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "support_session" ADD CONSTRAINT "support_session_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "operator"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "support_session" ADD CONSTRAINT "support_session_reception_id_fkey" FOREIGN KEY ("reception_id") REFERENCES "reception_number"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "support_session" ADD CONSTRAINT "support_session_relay_id_fkey" FOREIGN KEY ("relay_id") REFERENCES "relay"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "audit_event" ADD CONSTRAINT "audit_event_company_id_fkey" FOREIGN KEY ("company_id") REFERENCES "company"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What a Prisma schema cannot express.

-- Two live numbers are never the same, whoever issued them and on whichever server.
CREATE UNIQUE INDEX "reception_number_live_number_hash_key" ON "reception_number"("number_hash") WHERE "state" = 'live';

-- The ranges that the schema's comments promise for a company's policy.
ALTER TABLE "company_policy"
    ADD CONSTRAINT "company_policy_reception_ttl_minutes_check" CHECK ("reception_ttl_minutes" BETWEEN 1 AND 60),
    ADD CONSTRAINT "company_policy_lockout_threshold_check" CHECK ("lockout_threshold" BETWEEN 3 AND 10),
    ADD CONSTRAINT "company_policy_lockout_minutes_check" CHECK ("lockout_minutes" BETWEEN 1 AND 1440),
    ADD CONSTRAINT "company_policy_sign_in_minutes_check" CHECK ("sign_in_idle_minutes" BETWEEN 5 AND "sign_in_absolute_minutes" AND "sign_in_absolute_minutes" <= 43200);

-- A sign-in belongs to an operator or to a provider account, never to both or to nobody.
ALTER TABLE "sign_in"
    ADD CONSTRAINT "sign_in_one_owner_check" CHECK (num_nonnulls("operator_id", "provider_account_id") = 1);

-- Codes are compared as they are stored, so they are stored in the one form that sign-in looks for.
ALTER TABLE "company" ADD CONSTRAINT "company_code_check" CHECK ("code" = lower("code") AND "code" <> '');
ALTER TABLE "operator" ADD CONSTRAINT "operator_code_check" CHECK ("code" = lower("code") AND "code" <> '');
ALTER TABLE "provider_account" ADD CONSTRAINT "provider_account_code_check" CHECK ("code" = lower("code") AND "code" <> '');

-- An ended session has a time and a reason, one that goes on has neither.
ALTER TABLE "support_session"
    ADD CONSTRAINT "support_session_ended_check" CHECK (("phase" = 'ended') = ("ended_at" IS NOT NULL) AND ("phase" = 'ended') = ("end_reason" IS NOT NULL));

-- Rows of the audit log are only ever added.
CREATE FUNCTION "refuse_audit_event_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_event is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END;
$$;
CREATE TRIGGER "audit_event_append_only"
    BEFORE UPDATE OR DELETE ON "audit_event"
    FOR EACH ROW EXECUTE FUNCTION "refuse_audit_event_change"();
CREATE TRIGGER "audit_event_no_truncate"
    BEFORE TRUNCATE ON "audit_event"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_event_change"();
