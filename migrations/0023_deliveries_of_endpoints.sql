-- Callbacks go to no endpoint: only what goes to one is found by it.
DROP INDEX webhook_delivery_by_endpoint;
CREATE INDEX webhook_delivery_by_endpoint ON webhook_delivery (endpoint_sid, substr(sid, 3)) WHERE endpoint_sid IS NOT NULL;
