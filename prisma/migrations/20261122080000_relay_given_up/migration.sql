-- A relay that answers nobody is given up until it tells of itself again; when it last did stays known.
ALTER TABLE "relay" ADD COLUMN "given_up_at" TIMESTAMPTZ(3);
