-- Verifications: a code sent to a person, to be given back. The code is nowhere: it is made from the SID. settings_sealed:
-- what was asked for, and the person's address on the network where the application gave it. carried_by: SID of the message
-- or call that it was sent with last.
-- @table verification key=sid account=account_sid age=sid
CREATE TABLE verification (
  sid TEXT PRIMARY KEY,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  live BOOLEAN NOT NULL,             -- @plain
  channel TEXT NOT NULL,             -- @plain
  status TEXT NOT NULL,              -- @plain
  to_sealed BYTEA NOT NULL,          -- @personal category=traffic subject=recipient purpose=secure keep=90d erase=row sealed
  to_index BYTEA NOT NULL,           -- @personal category=traffic subject=recipient purpose=secure keep=90d erase=row index
  settings_sealed BYTEA NOT NULL,    -- @personal category=traffic subject=recipient purpose=secure keep=90d erase=row sealed
  code_length BIGINT NOT NULL,       -- @plain
  max_attempts BIGINT NOT NULL,      -- @plain
  attempts BIGINT NOT NULL,          -- @plain
  sends BIGINT NOT NULL,             -- @plain
  country TEXT NOT NULL,             -- @plain
  risk_score BIGINT NOT NULL,        -- @plain
  risk_reasons TEXT NOT NULL,        -- @plain
  delivery_error TEXT NOT NULL,      -- @plain
  carried_by TEXT NOT NULL,          -- @plain
  sequence BIGINT NOT NULL,          -- @plain
  expires_at BIGINT NOT NULL,        -- @plain
  last_sent_at BIGINT NOT NULL,      -- @plain
  created_at BIGINT NOT NULL,        -- @plain
  updated_at BIGINT NOT NULL         -- @plain
);
-- One that waits for its code, of each number or address.
CREATE UNIQUE INDEX verification_pending ON verification (to_index, live) WHERE status = 'pending';
CREATE INDEX verification_by_account ON verification (account_sid, live, substr(sid, 3));
CREATE INDEX verification_of_account ON verification (account_sid, sid);
CREATE INDEX verification_by_to ON verification (to_index, substr(sid, 3));
CREATE INDEX verification_by_status ON verification (account_sid, live, status, substr(sid, 3));
CREATE INDEX verification_due ON verification (expires_at) WHERE status = 'pending';

-- Codes that wait to be brought out by e-mail, WhatsApp or RCS; SMS and calls have queues of their own.
-- @table verification_delivery key=verification_sid,number account=account_sid age=verification_sid keep=1d
CREATE TABLE verification_delivery (
  verification_sid TEXT NOT NULL,    -- @plain
  number BIGINT NOT NULL,            -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  channel TEXT NOT NULL,             -- @plain
  tries BIGINT NOT NULL,             -- @plain
  due_at BIGINT NOT NULL,            -- @plain
  owner TEXT NOT NULL,               -- @plain
  PRIMARY KEY (verification_sid, number)
);
CREATE INDEX verification_delivery_due ON verification_delivery (owner, channel, due_at);
CREATE INDEX verification_delivery_of_account ON verification_delivery (account_sid, verification_sid, number);

-- What was sent or guessed lately: for each limit (of a number, an address, a prefix, an account) how much in which of its
-- window's parts, "part:amount part:amount".
-- @table verification_budget key=budget_index account=account_sid age=updated_at
CREATE TABLE verification_budget (
  budget_index BYTEA PRIMARY KEY,    -- @personal category=traffic subject=recipient purpose=secure keep=2d erase=row index
  account_sid TEXT NOT NULL,         -- @plain
  amounts TEXT NOT NULL,             -- @plain
  updated_at BIGINT NOT NULL         -- @plain
);
CREATE INDEX verification_budget_of_account ON verification_budget (account_sid, budget_index);
CREATE INDEX verification_budget_by_age ON verification_budget (updated_at);

-- How many codes were sent and given back, of a UTC day, channel and country: nothing of any person. Each process counts in
-- rows of its own, so that none waits for another.
-- @table verification_day key=account_sid,mode,day,channel,country,owner account=account_sid age=day keep=400d
CREATE TABLE verification_day (
  account_sid TEXT NOT NULL,         -- @plain
  mode TEXT NOT NULL,                -- @plain
  day BIGINT NOT NULL,               -- @plain
  channel TEXT NOT NULL,             -- @plain
  country TEXT NOT NULL,             -- @plain
  owner TEXT NOT NULL,               -- @plain
  sent BIGINT NOT NULL,              -- @plain
  approved BIGINT NOT NULL,          -- @plain
  blocked BIGINT NOT NULL,           -- @plain
  PRIMARY KEY (account_sid, mode, day, channel, country, owner)
);
CREATE INDEX verification_day_by_age ON verification_day (day);

-- What another room sends by messages and calls: not in lists, not told of.
ALTER TABLE message ADD COLUMN hidden BOOLEAN NOT NULL DEFAULT FALSE; -- @plain
ALTER TABLE call ADD COLUMN hidden BOOLEAN NOT NULL DEFAULT FALSE; -- @plain
