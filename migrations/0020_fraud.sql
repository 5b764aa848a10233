-- What stops traffic that is made for its cost's sake (src/domain/fraud/README.md). Prefixes say where an account's users are,
-- so they are sealed, as numbers are. mode: 'test' or 'live'.
-- version: changes whenever settings, safe numbers or blocks of the account do, so that every process reads them anew.
-- @table fraud_settings key=account_sid,mode account=account_sid
CREATE TABLE fraud_settings (
  account_sid TEXT NOT NULL,         -- @plain
  mode TEXT NOT NULL,                -- @plain
  settings_sealed BYTEA NOT NULL,    -- @personal category=account subject=customer purpose=secure keep=account erase=key sealed
  version BIGINT NOT NULL,           -- @plain
  updated_at BIGINT NOT NULL,        -- @plain
  PRIMARY KEY (account_sid, mode)
);

-- Numbers that are never refused.
-- @table fraud_safe_number key=account_sid,mode,number_index account=account_sid
CREATE TABLE fraud_safe_number (
  account_sid TEXT NOT NULL,         -- @plain
  mode TEXT NOT NULL,                -- @plain
  number_index BYTEA NOT NULL,       -- @personal category=traffic subject=recipient purpose=secure keep=account erase=row index
  number_sealed BYTEA NOT NULL,      -- @personal category=traffic subject=recipient purpose=secure keep=account erase=row sealed
  created_at BIGINT NOT NULL,        -- @plain
  PRIMARY KEY (account_sid, mode, number_index)
);

-- Prefixes that nothing is sent to until ends_at; lifted_at: by hand, before its time.
-- @table fraud_block key=sid account=account_sid age=sid
CREATE TABLE fraud_block (
  sid TEXT PRIMARY KEY,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  live BOOLEAN NOT NULL,             -- @plain
  prefix_sealed BYTEA NOT NULL,      -- @personal category=traffic subject=recipient purpose=secure keep=90d erase=row sealed
  reason TEXT NOT NULL,              -- @plain
  created_at BIGINT NOT NULL,        -- @plain
  ends_at BIGINT NOT NULL,           -- @plain
  lifted_at BIGINT                   -- @plain
);
CREATE INDEX fraud_block_by_account ON fraud_block (account_sid, live, substr(sid, 3));
CREATE INDEX fraud_block_of_account ON fraud_block (account_sid, sid);
CREATE INDEX fraud_block_standing ON fraud_block (account_sid, live, ends_at);

-- How many codes were asked for and given back, for each range of 1,000 numbers and hour: what a process begins with.
-- @table fraud_count key=account_sid,mode,prefix_index,hour_at account=account_sid age=hour_at
CREATE TABLE fraud_count (
  account_sid TEXT NOT NULL,         -- @plain
  mode TEXT NOT NULL,                -- @plain
  prefix_index BYTEA NOT NULL,       -- @personal category=traffic subject=recipient purpose=secure keep=8d erase=row index
  hour_at BIGINT NOT NULL,           -- @plain
  prefix_sealed BYTEA NOT NULL,      -- @personal category=traffic subject=recipient purpose=secure keep=8d erase=row sealed
  asked BIGINT NOT NULL,             -- @plain
  converted BIGINT NOT NULL,         -- @plain
  PRIMARY KEY (account_sid, mode, prefix_index, hour_at)
);
CREATE INDEX fraud_count_by_age ON fraud_count (hour_at);
CREATE INDEX fraud_count_by_hour ON fraud_count (account_sid, mode, hour_at);

-- Judgements with a reason, for review.
-- @table fraud_judgement key=sid account=account_sid age=sid
CREATE TABLE fraud_judgement (
  sid TEXT PRIMARY KEY,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  live BOOLEAN NOT NULL,             -- @plain
  to_sealed BYTEA NOT NULL,          -- @personal category=traffic subject=recipient purpose=secure keep=30d erase=row sealed
  channel TEXT NOT NULL,             -- @plain
  score BIGINT NOT NULL,             -- @plain
  reasons TEXT NOT NULL,             -- @plain
  blocked BOOLEAN NOT NULL           -- @plain
);
CREATE INDEX fraud_judgement_by_account ON fraud_judgement (account_sid, live, substr(sid, 3));
CREATE INDEX fraud_judgement_of_account ON fraud_judgement (account_sid, sid);
