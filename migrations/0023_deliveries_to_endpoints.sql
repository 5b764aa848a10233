-- Callbacks go to no endpoint: only what goes to one is found by it. The index before it goes in 0024.
CREATE INDEX webhook_delivery_to_endpoint ON webhook_delivery (endpoint_sid, substr(sid, 3)) WHERE endpoint_sid IS NOT NULL;
