-- The links with which a closed company's administrators fetch their data until it is deleted.

CREATE TABLE "company_export_link" (
    "id" UUID NOT NULL,
    "company_id" UUID NOT NULL,
    "operator_id" UUID NOT NULL,
    "secret_hash" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "company_export_link_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "company_export_link_secret_hash_key" ON "company_export_link"("secret_hash");
CREATE INDEX "company_export_link_company_id_idx" ON "company_export_link"("company_id");
CREATE INDEX "company_export_link_operator_id_idx" ON "company_export_link"("operator_id");

ALTER TABLE "company_export_link" ADD CONSTRAINT "company_export_link_company_id_fkey" FOREIGN KEY ("company_id") REFERENCES "company"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "company_export_link" ADD CONSTRAINT "company_export_link_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "operator"("id") ON DELETE CASCADE ON UPDATE CASCADE;
