-- Processes that share the store, and whose work a row is (src/platform/cluster/README.md).

CREATE TABLE node (
  owner TEXT PRIMARY KEY,            -- @plain
  name TEXT NOT NULL,                -- @plain
  beat BIGINT NOT NULL,              -- @plain
  joined_at BIGINT NOT NULL          -- @plain
);

CREATE TABLE duty (
  name TEXT PRIMARY KEY,             -- @plain
  owner TEXT NOT NULL                -- @plain
);

ALTER TABLE outbound_queue ADD COLUMN owner TEXT NOT NULL DEFAULT ''; -- @plain
INSERT INTO node (owner, name, beat, joined_at) VALUES ('', 'before nodes', -1, 0);
DROP INDEX outbound_queue_by_carrier;
CREATE INDEX outbound_queue_by_owner ON outbound_queue (owner, carrier, substr(message_sid, 3));
