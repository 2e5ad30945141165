-- An authenticator app is replaced without a moment in which neither works.
ALTER TABLE "totp_credential" ADD COLUMN "sealed_replacement" BYTEA;
