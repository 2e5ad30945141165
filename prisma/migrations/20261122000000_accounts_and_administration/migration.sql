-- Accounts, company administration, the provider's plans and the audit log's chain.

ALTER TYPE "operator_role" ADD VALUE 'supervisor';
ALTER TYPE "end_reason" ADD VALUE 'ended_by_supervisor';
ALTER TYPE "end_reason" ADD VALUE 'company_suspended';
CREATE TYPE "survey_answer" AS ENUM ('solved', 'partly', 'not_solved');
CREATE TYPE "sign_in_stage" AS ENUM ('second_factor', 'enrolment', 'password_change', 'complete');
CREATE TYPE "account_link_purpose" AS ENUM ('invitation', 'password_reset');

ALTER TABLE "company"
    ADD COLUMN "seats" INTEGER NOT NULL DEFAULT 10,
    ADD COLUMN "max_simultaneous_sessions" INTEGER NOT NULL DEFAULT 10,
    ADD COLUMN "plan_control" BOOLEAN NOT NULL DEFAULT true,
    ADD COLUMN "plan_files" BOOLEAN NOT NULL DEFAULT true,
    ADD COLUMN "plan_clipboard" BOOLEAN NOT NULL DEFAULT true,
    ADD COLUMN "plan_recording" BOOLEAN NOT NULL DEFAULT true,
    ADD COLUMN "suspended_at" TIMESTAMPTZ(3),
    ADD COLUMN "suspend_reason" TEXT,
    ADD COLUMN "closed_at" TIMESTAMPTZ(3),
    ADD COLUMN "delete_after" TIMESTAMPTZ(3),
    ADD COLUMN "deleted_at" TIMESTAMPTZ(3);

ALTER TABLE "company_policy"
    ADD COLUMN "password_max_age_days" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "mfa_required" BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN "allowed_networks" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    ADD COLUMN "auto_accept" BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN "allow_control" BOOLEAN NOT NULL DEFAULT true,
    ADD COLUMN "allow_files" BOOLEAN NOT NULL DEFAULT true,
    ADD COLUMN "allow_clipboard" BOOLEAN NOT NULL DEFAULT true,
    ADD COLUMN "allow_recording" BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN "session_retention_days" INTEGER NOT NULL DEFAULT 2557,
    ADD COLUMN "audit_retention_days" INTEGER NOT NULL DEFAULT 2557,
    ADD COLUMN "consent_text" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "display_name" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "session_categories" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    ADD COLUMN "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

CREATE TABLE "company_logo" (
    "company_id" UUID NOT NULL,
    "content" BYTEA NOT NULL,
    "media_type" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "company_logo_pkey" PRIMARY KEY ("company_id")
);

ALTER TABLE "operator"
    ADD COLUMN "email" TEXT,
    ADD COLUMN "locale" TEXT NOT NULL DEFAULT 'en',
    ALTER COLUMN "password_hash" DROP NOT NULL,
    ADD COLUMN "password_changed_at" TIMESTAMPTZ(3),
    ADD COLUMN "must_change_password" BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN "failed_sign_ins" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "locked_until" TIMESTAMPTZ(3),
    ADD COLUMN "last_sign_in_at" TIMESTAMPTZ(3),
    ADD COLUMN "deleted_at" TIMESTAMPTZ(3);

ALTER TABLE "provider_account"
    ADD COLUMN "email" TEXT,
    ADD COLUMN "locale" TEXT NOT NULL DEFAULT 'en',
    ALTER COLUMN "password_hash" DROP NOT NULL,
    ADD COLUMN "password_changed_at" TIMESTAMPTZ(3),
    ADD COLUMN "must_change_password" BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN "failed_sign_ins" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "locked_until" TIMESTAMPTZ(3),
    ADD COLUMN "last_sign_in_at" TIMESTAMPTZ(3);

-- The age of a password that was there before is counted from its account's beginning.
UPDATE "operator" SET "password_changed_at" = "created_at";
UPDATE "provider_account" SET "password_changed_at" = "created_at";

CREATE TABLE "former_password" (
    "id" UUID NOT NULL,
    "operator_id" UUID,
    "provider_account_id" UUID,
    "password_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "former_password_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "totp_credential" (
    "id" UUID NOT NULL,
    "operator_id" UUID,
    "provider_account_id" UUID,
    "sealed_secret" BYTEA NOT NULL,
    "last_step" BIGINT NOT NULL DEFAULT 0,
    "confirmed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "totp_credential_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "recovery_code" (
    "id" UUID NOT NULL,
    "operator_id" UUID,
    "provider_account_id" UUID,
    "code_hash" BYTEA NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "recovery_code_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "passkey" (
    "id" UUID NOT NULL,
    "operator_id" UUID,
    "provider_account_id" UUID,
    "credential_id" BYTEA NOT NULL,
    "public_key" BYTEA NOT NULL,
    "counter" BIGINT NOT NULL DEFAULT 0,
    "transports" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "name" TEXT NOT NULL,
    "backed_up" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "passkey_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "passkey_challenge" (
    "id" UUID NOT NULL,
    "challenge" BYTEA NOT NULL,
    "sign_in_id" UUID,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "passkey_challenge_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "account_link" (
    "id" UUID NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "purpose" "account_link_purpose" NOT NULL,
    "operator_id" UUID,
    "provider_account_id" UUID,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "account_link_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "outgoing_mail" (
    "id" UUID NOT NULL,
    "sealed_message" BYTEA NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "outgoing_mail_pkey" PRIMARY KEY ("id")
);

ALTER TABLE "sign_in"
    ADD COLUMN "stage" "sign_in_stage" NOT NULL DEFAULT 'complete',
    ADD COLUMN "methods" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];

ALTER TABLE "support_session"
    ADD COLUMN "duration_seconds" INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN "note" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "category" TEXT,
    ADD COLUMN "survey_answer" "survey_answer",
    ADD COLUMN "erased_at" TIMESTAMPTZ(3);

UPDATE "support_session"
SET "duration_seconds" = greatest(0, floor(extract(epoch FROM "ended_at" - "started_at")))::INTEGER
WHERE "started_at" IS NOT NULL AND "ended_at" IS NOT NULL;

CREATE TABLE "session_observer" (
    "id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "operator_id" UUID NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "left_at" TIMESTAMPTZ(3),

    CONSTRAINT "session_observer_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "session_quality" (
    "id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "rtt_ms" DOUBLE PRECISION,
    "loss_ratio" DOUBLE PRECISION,
    "frames_per_second" DOUBLE PRECISION,
    "bitrate_bps" DOUBLE PRECISION,

    CONSTRAINT "session_quality_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "audit_chain" (
    "chain" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_chain_pkey" PRIMARY KEY ("chain")
);

CREATE TABLE "audit_link" (
    "chain" TEXT NOT NULL,
    "seq" BIGINT NOT NULL,
    "event_id" BIGINT NOT NULL,
    "previous_hash" BYTEA NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_link_pkey" PRIMARY KEY ("chain", "seq")
);

DROP INDEX "operator_company_id_code_key";
CREATE INDEX "operator_company_id_name_id_idx" ON "operator"("company_id", "name", "id");
CREATE INDEX "former_password_operator_id_created_at_idx" ON "former_password"("operator_id", "created_at" DESC);
CREATE INDEX "former_password_provider_account_id_created_at_idx" ON "former_password"("provider_account_id", "created_at" DESC);
CREATE UNIQUE INDEX "totp_credential_operator_id_key" ON "totp_credential"("operator_id");
CREATE UNIQUE INDEX "totp_credential_provider_account_id_key" ON "totp_credential"("provider_account_id");
CREATE INDEX "recovery_code_operator_id_idx" ON "recovery_code"("operator_id");
CREATE INDEX "recovery_code_provider_account_id_idx" ON "recovery_code"("provider_account_id");
CREATE UNIQUE INDEX "passkey_credential_id_key" ON "passkey"("credential_id");
CREATE INDEX "passkey_operator_id_idx" ON "passkey"("operator_id");
CREATE INDEX "passkey_provider_account_id_idx" ON "passkey"("provider_account_id");
CREATE INDEX "passkey_challenge_expires_at_idx" ON "passkey_challenge"("expires_at");
CREATE INDEX "passkey_challenge_sign_in_id_idx" ON "passkey_challenge"("sign_in_id");
CREATE UNIQUE INDEX "account_link_secret_hash_key" ON "account_link"("secret_hash");
CREATE INDEX "account_link_operator_id_idx" ON "account_link"("operator_id");
CREATE INDEX "account_link_provider_account_id_idx" ON "account_link"("provider_account_id");
CREATE INDEX "account_link_expires_at_idx" ON "account_link"("expires_at");
CREATE INDEX "outgoing_mail_next_attempt_at_idx" ON "outgoing_mail"("next_attempt_at");
CREATE INDEX "support_session_company_id_duration_seconds_id_idx" ON "support_session"("company_id", "duration_seconds" DESC, "id" DESC);
CREATE INDEX "support_session_company_id_bytes_forwarded_id_idx" ON "support_session"("company_id", "bytes_forwarded" DESC, "id" DESC);
CREATE INDEX "support_session_company_id_category_created_at_id_idx" ON "support_session"("company_id", "category", "created_at" DESC, "id" DESC);
CREATE INDEX "session_observer_session_id_idx" ON "session_observer"("session_id");
CREATE INDEX "session_observer_operator_id_idx" ON "session_observer"("operator_id");
CREATE INDEX "session_quality_session_id_at_idx" ON "session_quality"("session_id", "at");
DROP INDEX "audit_event_company_id_id_idx";
CREATE INDEX "audit_event_company_id_at_id_idx" ON "audit_event"("company_id", "at" DESC, "id" DESC);
CREATE INDEX "audit_event_company_id_actor_at_id_idx" ON "audit_event"("company_id", "actor", "at" DESC, "id" DESC);
CREATE INDEX "audit_event_subject_id_idx" ON "audit_event"("subject", "id" DESC);
CREATE UNIQUE INDEX "audit_link_event_id_key" ON "audit_link"("event_id");

ALTER TABLE "company_logo" ADD CONSTRAINT "company_logo_company_id_fkey" FOREIGN KEY ("company_id") REFERENCES "company"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "former_password" ADD CONSTRAINT "former_password_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "operator"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "former_password" ADD CONSTRAINT "former_password_provider_account_id_fkey" FOREIGN KEY ("provider_account_id") REFERENCES "provider_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "totp_credential" ADD CONSTRAINT "totp_credential_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "operator"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "totp_credential" ADD CONSTRAINT "totp_credential_provider_account_id_fkey" FOREIGN KEY ("provider_account_id") REFERENCES "provider_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "operator"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_provider_account_id_fkey" FOREIGN KEY ("provider_account_id") REFERENCES "provider_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "passkey" ADD CONSTRAINT "passkey_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "operator"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "passkey" ADD CONSTRAINT "passkey_provider_account_id_fkey" FOREIGN KEY ("provider_account_id") REFERENCES "provider_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "passkey_challenge" ADD CONSTRAINT "passkey_challenge_sign_in_id_fkey" FOREIGN KEY ("sign_in_id") REFERENCES "sign_in"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "account_link" ADD CONSTRAINT "account_link_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "operator"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "account_link" ADD CONSTRAINT "account_link_provider_account_id_fkey" FOREIGN KEY ("provider_account_id") REFERENCES "provider_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "session_observer" ADD CONSTRAINT "session_observer_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "support_session"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "session_observer" ADD CONSTRAINT "session_observer_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "operator"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "session_quality" ADD CONSTRAINT "session_quality_session_id_fkey" FOREIGN KEY ("session_id") REFERENCES "support_session"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "audit_link" ADD CONSTRAINT "audit_link_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "audit_event"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What a Prisma schema cannot express.

-- The ID of a deleted account is free again.
CREATE UNIQUE INDEX "operator_company_id_code_key" ON "operator"("company_id", "code") WHERE "deleted_at" IS NULL;

-- The audit log is read by group: what an action was done to, `session` of `session.accepted`.
CREATE INDEX "audit_event_company_id_group_at_id_idx" ON "audit_event"("company_id", split_part("action", '.', 1), "at" DESC, "id" DESC);

ALTER TABLE "company"
    ADD CONSTRAINT "company_plan_check" CHECK ("seats" BETWEEN 1 AND 100000 AND "max_simultaneous_sessions" BETWEEN 1 AND 100000),
    ADD CONSTRAINT "company_suspended_check" CHECK (("suspended_at" IS NULL) = ("suspend_reason" IS NULL)),
    ADD CONSTRAINT "company_closed_check" CHECK (("closed_at" IS NULL) = ("delete_after" IS NULL) AND ("deleted_at" IS NULL OR "closed_at" IS NOT NULL));

ALTER TABLE "company_policy"
    DROP CONSTRAINT "company_policy_lockout_minutes_check",
    ADD CONSTRAINT "company_policy_lockout_minutes_check" CHECK ("lockout_minutes" BETWEEN 0 AND 1440),
    ADD CONSTRAINT "company_policy_password_max_age_days_check" CHECK ("password_max_age_days" BETWEEN 0 AND 3650),
    ADD CONSTRAINT "company_policy_retention_check" CHECK ("session_retention_days" BETWEEN 1 AND 3660 AND "audit_retention_days" BETWEEN 90 AND 3660);

ALTER TABLE "former_password" ADD CONSTRAINT "former_password_one_owner_check" CHECK (num_nonnulls("operator_id", "provider_account_id") = 1);
ALTER TABLE "totp_credential" ADD CONSTRAINT "totp_credential_one_owner_check" CHECK (num_nonnulls("operator_id", "provider_account_id") = 1);
ALTER TABLE "recovery_code" ADD CONSTRAINT "recovery_code_one_owner_check" CHECK (num_nonnulls("operator_id", "provider_account_id") = 1);
ALTER TABLE "passkey" ADD CONSTRAINT "passkey_one_owner_check" CHECK (num_nonnulls("operator_id", "provider_account_id") = 1);
ALTER TABLE "account_link" ADD CONSTRAINT "account_link_one_owner_check" CHECK (num_nonnulls("operator_id", "provider_account_id") = 1);

-- The audit log's chain. Every event is linked to the one before it in its company's chain (or the provider's) when its
-- transaction commits: the constraint trigger is deferred, so that the chain's head is locked last and only for the moment of
-- the commit, whatever else the transaction has locked.

-- A field with its length in front (a netstring), so that no two rows of fields give the same bytes; NULL is `-,`.
CREATE FUNCTION "audit_field"("field" TEXT) RETURNS BYTEA LANGUAGE sql IMMUTABLE AS $$
    SELECT convert_to(coalesce(octet_length(convert_to("field", 'UTF8')) || ':' || "field", '-') || ',', 'UTF8');
$$;

CREATE FUNCTION "audit_event_digest"("previous" BYTEA, "seq" BIGINT, "event" "audit_event") RETURNS BYTEA LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(
        "previous"
        || "audit_field"("seq"::TEXT)
        || "audit_field"(("event")."id"::TEXT)
        || "audit_field"(floor(extract(epoch FROM ("event")."at") * 1000)::BIGINT::TEXT)
        || "audit_field"(("event")."company_id"::TEXT)
        || "audit_field"(("event")."actor")
        || "audit_field"(("event")."action")
        || "audit_field"(("event")."subject")
        || "audit_field"(("event")."client_address")
        || "audit_field"(("event")."detail"::TEXT)
    );
$$;

-- A transaction with many events (an import) would update the chain's head as often, and every look at the head would wade through
-- all its earlier versions. So after the first few events the rest are linked at once, and their own triggers find them linked.
CREATE FUNCTION "link_audit_event"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    "linked_singly" INTEGER := coalesce(nullif(current_setting('madoguchi.audit_linked_singly', true), ''), '0')::INTEGER;
    "its_chain" TEXT := coalesce('company:' || NEW."company_id", 'provider');
    "last" "audit_chain";
    "event" "audit_event";
    "next_hash" BYTEA;
BEGIN
    IF "linked_singly" >= 20 AND EXISTS (SELECT FROM "audit_link" WHERE "event_id" = NEW."id") THEN
        RETURN NULL;
    END IF;
    SELECT * INTO "last" FROM "audit_chain" WHERE "chain" = "its_chain" FOR UPDATE;
    IF NOT FOUND THEN
        INSERT INTO "audit_chain" ("chain", "seq", "hash") VALUES ("its_chain", 0, decode(repeat('00', 32), 'hex'))
        ON CONFLICT ("chain") DO NOTHING;
        SELECT * INTO "last" FROM "audit_chain" WHERE "chain" = "its_chain" FOR UPDATE;
    END IF;
    IF "linked_singly" < 20 THEN
        PERFORM set_config('madoguchi.audit_linked_singly', ("linked_singly" + 1)::TEXT, true);
        "next_hash" := "audit_event_digest"("last"."hash", "last"."seq" + 1, NEW);
        INSERT INTO "audit_link" ("chain", "seq", "event_id", "previous_hash", "hash")
        VALUES ("its_chain", "last"."seq" + 1, NEW."id", "last"."hash", "next_hash");
        "last"."seq" := "last"."seq" + 1;
        "last"."hash" := "next_hash";
    ELSE
        -- What is visible and not linked is this transaction's own. Planned anew each time, for how much that is.
        FOR "event" IN EXECUTE
            'SELECT e.* FROM "audit_event" e WHERE e."id" >= $1 AND e."company_id" IS NOT DISTINCT FROM $2
                AND NOT EXISTS (SELECT FROM "audit_link" l WHERE l."event_id" = e."id") ORDER BY e."id"'
            USING NEW."id", NEW."company_id"
        LOOP
            "next_hash" := "audit_event_digest"("last"."hash", "last"."seq" + 1, "event");
            INSERT INTO "audit_link" ("chain", "seq", "event_id", "previous_hash", "hash")
            VALUES ("its_chain", "last"."seq" + 1, "event"."id", "last"."hash", "next_hash");
            "last"."seq" := "last"."seq" + 1;
            "last"."hash" := "next_hash";
        END LOOP;
    END IF;
    UPDATE "audit_chain" SET "seq" = "last"."seq", "hash" = "last"."hash" WHERE "chain" = "its_chain";
    RETURN NULL;
END;
$$;

-- Events from before the chain are linked in their order.
DO $$
DECLARE
    "event" "audit_event";
    "last" "audit_chain";
    "next_hash" BYTEA;
BEGIN
    FOR "last" IN
        SELECT DISTINCT coalesce('company:' || "company_id", 'provider'), 0::BIGINT, decode(repeat('00', 32), 'hex') FROM "audit_event"
    LOOP
        FOR "event" IN
            SELECT * FROM "audit_event" WHERE coalesce('company:' || "company_id", 'provider') = "last"."chain" ORDER BY "id"
        LOOP
            "next_hash" := "audit_event_digest"("last"."hash", "last"."seq" + 1, "event");
            INSERT INTO "audit_link" ("chain", "seq", "event_id", "previous_hash", "hash")
            VALUES ("last"."chain", "last"."seq" + 1, "event"."id", "last"."hash", "next_hash");
            "last"."seq" := "last"."seq" + 1;
            "last"."hash" := "next_hash";
        END LOOP;
        INSERT INTO "audit_chain" ("chain", "seq", "hash") VALUES ("last"."chain", "last"."seq", "last"."hash");
    END LOOP;
END;
$$;

CREATE CONSTRAINT TRIGGER "audit_event_link"
    AFTER INSERT ON "audit_event"
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION "link_audit_event"();

-- Rows of the audit log are only ever added; the one exception is retention, which says so in its transaction
-- (`SET LOCAL madoguchi.audit_retention = 'on'`). This keeps accidents away; that nobody cheated, the chain shows.
CREATE OR REPLACE FUNCTION "refuse_audit_event_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('madoguchi.audit_retention', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END;
$$;
CREATE TRIGGER "audit_link_append_only"
    BEFORE UPDATE OR DELETE ON "audit_link"
    FOR EACH ROW EXECUTE FUNCTION "refuse_audit_event_change"();
CREATE TRIGGER "audit_link_no_truncate"
    BEFORE TRUNCATE ON "audit_link"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_event_change"();
