-- The session log in each of its orders, for one operator and for one way of ending: a page is read from an index, never sorted.
CREATE INDEX "support_session_operator_id_duration_seconds_id_idx" ON "support_session"("operator_id", "duration_seconds" DESC, "id" DESC);
CREATE INDEX "support_session_operator_id_bytes_forwarded_id_idx" ON "support_session"("operator_id", "bytes_forwarded" DESC, "id" DESC);
CREATE INDEX "support_session_company_id_end_reason_created_at_id_idx" ON "support_session"("company_id", "end_reason", "created_at" DESC, "id" DESC);
