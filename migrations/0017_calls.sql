-- Calls: one row for each leg. settings_sealed: where its instructions come from, and who is told of it. order_sealed: what
-- the customer wants of a call that runs, until the process that runs it has taken it. seen_at: when that process last
-- said that the call goes on, which is what is charged for should the process die.
-- @table call key=sid account=account_sid age=sid
CREATE TABLE call (
  sid TEXT PRIMARY KEY,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  live BOOLEAN NOT NULL,             -- @plain
  parent_sid TEXT,                   -- @plain
  direction TEXT NOT NULL,           -- @plain
  status TEXT NOT NULL,              -- @plain
  from_sealed BYTEA NOT NULL,        -- @personal category=traffic subject=recipient purpose=provide keep=90d erase=row sealed
  from_index BYTEA NOT NULL,         -- @personal category=traffic subject=recipient purpose=provide keep=90d erase=row index
  to_sealed BYTEA NOT NULL,          -- @personal category=traffic subject=recipient purpose=provide keep=90d erase=row sealed
  to_index BYTEA NOT NULL,           -- @personal category=traffic subject=recipient purpose=provide keep=90d erase=row index
  trunk TEXT NOT NULL,               -- @plain
  settings_sealed BYTEA NOT NULL,    -- @personal category=content subject=recipient purpose=provide keep=90d erase=row sealed
  order_sealed BYTEA,                -- @personal category=content subject=recipient purpose=provide keep=90d erase=row sealed
  sequence BIGINT NOT NULL,          -- @plain
  sip_code BIGINT,                   -- @plain
  error_code BIGINT,                 -- @plain
  price_micros BIGINT,               -- @plain
  packets BIGINT NOT NULL,           -- @plain
  lost BIGINT NOT NULL,              -- @plain
  jitter_us BIGINT NOT NULL,         -- @plain
  mos_hundredths BIGINT NOT NULL,    -- @plain
  owner TEXT NOT NULL,               -- @plain
  created_at BIGINT NOT NULL,        -- @plain
  updated_at BIGINT NOT NULL,        -- @plain
  answered_at BIGINT,                -- @plain
  ended_at BIGINT,                   -- @plain
  seen_at BIGINT NOT NULL            -- @plain
);
CREATE INDEX call_by_account ON call (account_sid, live, substr(sid, 3));
CREATE INDEX call_of_account ON call (account_sid, sid);
CREATE INDEX call_by_status ON call (account_sid, live, status, substr(sid, 3));
CREATE INDEX call_by_to ON call (to_index, substr(sid, 3));
CREATE INDEX call_by_from ON call (from_index, substr(sid, 3));
CREATE INDEX call_by_parent ON call (parent_sid, substr(sid, 3));
CREATE INDEX call_running ON call (owner, sid) WHERE ended_at IS NULL;

-- What went wrong with the instructions of a call, for the customer to read.
-- @table call_notification key=call_sid,number account=account_sid age=call_sid
CREATE TABLE call_notification (
  call_sid TEXT NOT NULL,            -- @plain
  number BIGINT NOT NULL,            -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  code BIGINT NOT NULL,              -- @plain
  text TEXT NOT NULL,                -- @plain
  url_sealed BYTEA NOT NULL,         -- @personal category=account subject=customer purpose=provide keep=90d erase=row sealed
  created_at BIGINT NOT NULL,        -- @plain
  PRIMARY KEY (call_sid, number)
);
CREATE INDEX call_notification_of_account ON call_notification (account_sid, call_sid, number);

-- Recordings: 16-bit PCM at 8,000 samples a second, in pieces that are on the disk while the call runs.
-- @table recording key=sid account=account_sid age=sid
CREATE TABLE recording (
  sid TEXT PRIMARY KEY,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  live BOOLEAN NOT NULL,             -- @plain
  call_sid TEXT NOT NULL,            -- @plain
  status TEXT NOT NULL,              -- @plain
  source TEXT NOT NULL,              -- @plain
  track TEXT NOT NULL,               -- @plain
  channels BIGINT NOT NULL,          -- @plain
  skipped BIGINT NOT NULL,           -- @plain
  samples BIGINT NOT NULL,           -- @plain
  callback_sealed BYTEA NOT NULL,    -- @personal category=account subject=customer purpose=provide keep=90d erase=row sealed
  sequence BIGINT NOT NULL,          -- @plain
  owner TEXT NOT NULL,               -- @plain
  created_at BIGINT NOT NULL,        -- @plain
  ended_at BIGINT                    -- @plain
);
CREATE INDEX recording_by_account ON recording (account_sid, live, substr(sid, 3));
CREATE INDEX recording_of_account ON recording (account_sid, sid);
CREATE INDEX recording_by_call ON recording (call_sid, substr(sid, 3));
CREATE INDEX recording_running ON recording (owner, sid) WHERE ended_at IS NULL;

-- @table recording_piece key=recording_sid,piece account=account_sid age=recording_sid
CREATE TABLE recording_piece (
  recording_sid TEXT NOT NULL,       -- @plain
  piece BIGINT NOT NULL,             -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  samples BIGINT NOT NULL,           -- @plain
  audio_sealed BYTEA NOT NULL,       -- @personal category=content subject=recipient purpose=provide keep=90d erase=row sealed
  PRIMARY KEY (recording_sid, piece)
);
CREATE INDEX recording_piece_of_account ON recording_piece (account_sid, recording_sid, piece);

-- The simulated network takes calls from now on.
UPDATE incoming_number SET voice = TRUE WHERE carrier = 'sandbox';
