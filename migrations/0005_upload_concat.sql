-- The tus header Upload-Concat as received; empty without it.
ALTER TABLE uploads ADD COLUMN concat text NOT NULL DEFAULT '';
UPDATE uploads SET concat = 'partial' WHERE kind = 'part';
UPDATE uploads SET concat = 'final;' WHERE kind = 'joined';
