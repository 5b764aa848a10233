-- forgotten: the content of what a delivery tells of is gone, so what is logged of it later is without it too.
ALTER TABLE webhook_delivery ADD COLUMN forgotten BOOLEAN NOT NULL DEFAULT FALSE; -- @plain
