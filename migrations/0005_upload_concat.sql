-- tus' Upload-Concat as it came with the upload; empty for most.
ALTER TABLE uploads ADD COLUMN concat text NOT NULL DEFAULT '';
UPDATE uploads SET concat = 'partial' WHERE kind = 'part';
UPDATE uploads SET concat = 'final;' WHERE kind = 'joined';
