-- The sign-in that watches: when it ends, so does the watching.
ALTER TABLE "session_observer" ADD COLUMN "sign_in_id" UUID;
CREATE INDEX "session_observer_sign_in_id_idx" ON "session_observer"("sign_in_id");
ALTER TABLE "session_observer" ADD CONSTRAINT "session_observer_sign_in_id_fkey" FOREIGN KEY ("sign_in_id") REFERENCES "sign_in"("id") ON DELETE SET NULL ON UPDATE CASCADE;
