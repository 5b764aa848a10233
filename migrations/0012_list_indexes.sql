-- Filters of lists find their rows by an index, and rows of one account are found in the order of their age: for retention
-- shorter than others', for erasure and for keys that turn (src/domain/api/conditions.hpp, src/domain/privacy/rows.hpp).

CREATE INDEX message_by_status ON message (account_sid, live, status, substr(sid, 3));
CREATE INDEX message_of_account ON message (account_sid, sid);
CREATE INDEX message_part_of_account ON message_part (account_sid, message_sid, part);

CREATE INDEX event_by_type ON event (account_sid, live, type, substr(sid, 3));
CREATE INDEX event_by_resource ON event (resource_sid, substr(sid, 3));
CREATE INDEX event_of_account ON event (account_sid, sid);

CREATE INDEX webhook_delivery_by_status ON webhook_delivery (account_sid, live, status, substr(sid, 3));
CREATE INDEX webhook_delivery_by_kind ON webhook_delivery (account_sid, live, kind, substr(sid, 3));
CREATE INDEX webhook_delivery_by_endpoint ON webhook_delivery (endpoint_sid, substr(sid, 3));
CREATE INDEX webhook_delivery_by_resource ON webhook_delivery (resource_sid, substr(sid, 3));
CREATE INDEX webhook_delivery_of_account ON webhook_delivery (account_sid, sid);
CREATE INDEX webhook_attempt_of_account ON webhook_attempt (account_sid, delivery_sid, number);

CREATE INDEX request_log_by_status ON request_log (account_sid, live, status, substr(sid, 3));
CREATE INDEX request_log_by_route ON request_log (account_sid, live, route, substr(sid, 3));
CREATE INDEX request_log_by_key ON request_log (api_key_sid, substr(sid, 3));
CREATE INDEX request_log_of_account ON request_log (account_sid, sid);
