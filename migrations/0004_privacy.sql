-- Keys that turn, rows that end, accounts that are erased (src/domain/privacy/README.md).

-- Root keys by their ids; the keys themselves lie in the operator's file. One is 'current', one may be 'retiring'.
CREATE TABLE root_key (
  id TEXT PRIMARY KEY,               -- @plain
  state TEXT NOT NULL,               -- @plain
  since BIGINT NOT NULL              -- @plain
);
-- @table root_key key=id account=none

-- Accounts whose keys were destroyed. Outlives them, so that a restored backup is erased again.
CREATE TABLE erasure (
  account_sid TEXT PRIMARY KEY,      -- @plain
  erased_at BIGINT NOT NULL,         -- @plain
  root_key_dropped_at BIGINT,        -- @plain
  rows_deleted_at BIGINT             -- @plain
);
-- @table erasure key=account_sid account=none

-- Rows that outlive their time: of a whole account, or of one resource.
CREATE TABLE legal_hold (
  sid TEXT PRIMARY KEY,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  resource_sid TEXT,                 -- @plain
  reason_sealed BYTEA NOT NULL,      -- @personal category=account subject=customer purpose=comply keep=account erase=row sealed
  created_at BIGINT NOT NULL,        -- @plain
  released_at BIGINT                 -- @plain
);
-- @table legal_hold key=sid account=account_sid
CREATE INDEX legal_hold_by_account ON legal_hold (account_sid);

-- The latest time at which a process trusted its clock (src/domain/privacy/clock_guard.hpp).
CREATE TABLE clock_mark (
  name TEXT PRIMARY KEY,             -- @plain
  seen_at BIGINT NOT NULL            -- @plain
);
-- @table clock_mark key=name account=none

ALTER TABLE account ADD COLUMN retention_days BIGINT NOT NULL DEFAULT 90; -- @plain

ALTER TABLE node ADD COLUMN machine TEXT NOT NULL DEFAULT ''; -- @plain
