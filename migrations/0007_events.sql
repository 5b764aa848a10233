-- Events, the endpoints that take them, and the log of what was sent (src/domain/webhooks/README.md).

CREATE TABLE webhook_endpoint (
  sid TEXT PRIMARY KEY,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  live BOOLEAN NOT NULL,             -- @plain
  url_sealed BYTEA NOT NULL,         -- @personal category=account subject=customer purpose=provide keep=account erase=key sealed
  description_sealed BYTEA NOT NULL, -- @personal category=account subject=customer purpose=provide keep=account erase=key sealed
  event_types TEXT NOT NULL,         -- @plain
  secret_sealed BYTEA NOT NULL,      -- @secret sealed
  old_secret_sealed BYTEA,           -- @secret sealed
  old_secret_until BIGINT,           -- @plain
  status TEXT NOT NULL,              -- @plain
  disabled_because TEXT,             -- @plain
  failing_since BIGINT,              -- @plain
  created_at BIGINT NOT NULL,        -- @plain
  updated_at BIGINT NOT NULL         -- @plain
);
-- @table webhook_endpoint key=sid account=account_sid
CREATE INDEX webhook_endpoint_by_account ON webhook_endpoint (account_sid, live, substr(sid, 3));

CREATE TABLE event (
  sid TEXT PRIMARY KEY,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  live BOOLEAN NOT NULL,             -- @plain
  type TEXT NOT NULL,                -- @plain
  resource_sid TEXT NOT NULL,        -- @plain
  sequence BIGINT NOT NULL,          -- @plain
  data_sealed BYTEA NOT NULL,        -- @personal category=traffic subject=recipient purpose=provide keep=90d erase=row sealed
  created_at BIGINT NOT NULL         -- @plain
);
-- @table event key=sid account=account_sid age=sid resource=resource_sid
CREATE INDEX event_by_account ON event (account_sid, live, substr(sid, 3));

-- endpoint: what the delivery goes to, as a blind index: a webhook endpoint's SID, or the origin of a callback's URL.
-- owner: the node that brings it out. attempts begin anew with a replay, attempts_in_all do not.
ALTER TABLE webhook_delivery ADD COLUMN endpoint BYTEA; -- @personal category=account subject=customer purpose=provide keep=90d erase=row index
ALTER TABLE webhook_delivery ADD COLUMN event_sid TEXT; -- @plain
ALTER TABLE webhook_delivery ADD COLUMN endpoint_sid TEXT; -- @plain
ALTER TABLE webhook_delivery ADD COLUMN owner TEXT NOT NULL DEFAULT ''; -- @plain
ALTER TABLE webhook_delivery ADD COLUMN attempts_in_all BIGINT NOT NULL DEFAULT 0; -- @plain
DROP INDEX webhook_delivery_pending;
CREATE INDEX webhook_delivery_pending ON webhook_delivery (owner, endpoint, next_attempt_at) WHERE status = 'pending';
CREATE INDEX webhook_delivery_failed ON webhook_delivery (endpoint_sid, sid) WHERE status = 'failed';
INSERT INTO node (owner, name, beat, joined_at) VALUES ('', 'before events', -1, 0) ON CONFLICT DO NOTHING;

-- Each attempt, with the bytes that were signed and the beginning of the answer.
CREATE TABLE webhook_attempt (
  delivery_sid TEXT NOT NULL,        -- @plain
  number BIGINT NOT NULL,            -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  begun_at BIGINT NOT NULL,          -- @plain
  duration_us BIGINT NOT NULL,       -- @plain
  response_status BIGINT,            -- @plain
  failure TEXT,                      -- @plain
  exchange_sealed BYTEA NOT NULL,    -- @personal category=traffic subject=recipient purpose=provide keep=90d erase=row sealed
  PRIMARY KEY (delivery_sid, number)
);
-- @table webhook_attempt key=delivery_sid,number account=account_sid age=delivery_sid
