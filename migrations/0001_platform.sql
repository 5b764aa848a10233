-- The platform's first tables. Every column says what it holds (grammar: migrations/README.md).

CREATE TABLE account (
  sid TEXT PRIMARY KEY,              -- @plain
  status TEXT NOT NULL,              -- @plain
  name_sealed BYTEA NOT NULL,        -- @personal category=account subject=customer purpose=provide keep=account erase=key sealed
  auth_token_sealed BYTEA NOT NULL,  -- @secret sealed
  webhook_secret_sealed BYTEA NOT NULL, -- @secret sealed
  twilio_signature BOOLEAN NOT NULL, -- @plain
  rate_limited BOOLEAN NOT NULL,     -- @plain
  created_at BIGINT NOT NULL,        -- @plain
  updated_at BIGINT NOT NULL         -- @plain
);

-- Data keys, wrapped under the root key. Destroying the rows makes the account's sealed columns unreadable.
CREATE TABLE account_key (
  account_sid TEXT NOT NULL,         -- @plain
  version BIGINT NOT NULL,           -- @plain
  wrapped BYTEA NOT NULL,            -- @secret sealed
  created_at BIGINT NOT NULL,        -- @plain
  PRIMARY KEY (account_sid, version)
);

CREATE TABLE api_key (
  sid TEXT PRIMARY KEY,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  key_hash BYTEA NOT NULL UNIQUE,    -- @secret hash
  live BOOLEAN NOT NULL,             -- @plain
  scopes TEXT NOT NULL,              -- @plain
  created_at BIGINT NOT NULL,        -- @plain
  revoked_at BIGINT                  -- @plain
);
CREATE INDEX api_key_by_account ON api_key (account_sid, sid);

-- Answers to POSTs with an Idempotency-Key, kept 24 hours.
CREATE TABLE idempotency (
  account_sid TEXT NOT NULL,         -- @plain
  key_index BYTEA NOT NULL,          -- @secret index
  request_hash BYTEA NOT NULL,       -- @secret hash
  status BIGINT NOT NULL,            -- @plain
  body_sealed BYTEA NOT NULL,        -- @personal category=traffic subject=recipient purpose=provide keep=24h erase=row sealed
  created_at BIGINT NOT NULL,        -- @plain
  PRIMARY KEY (account_sid, key_index)
);
CREATE INDEX idempotency_by_age ON idempotency (created_at);

-- Numbers that accounts hold. number_index is instance-wide: an inbound message finds its account by it.
CREATE TABLE incoming_number (
  sid TEXT PRIMARY KEY,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  number_index BYTEA NOT NULL UNIQUE, -- @personal category=account subject=customer purpose=provide keep=account erase=row index
  number_sealed BYTEA NOT NULL,      -- @personal category=account subject=customer purpose=provide keep=account erase=key sealed
  carrier TEXT NOT NULL,             -- @plain
  live BOOLEAN NOT NULL,             -- @plain
  country TEXT NOT NULL,             -- @plain
  type TEXT NOT NULL,                -- @plain
  sms BOOLEAN NOT NULL,              -- @plain
  mms BOOLEAN NOT NULL,              -- @plain
  voice BOOLEAN NOT NULL,            -- @plain
  settings_sealed BYTEA NOT NULL,    -- @personal category=account subject=customer purpose=provide keep=account erase=key sealed
  created_at BIGINT NOT NULL,        -- @plain
  updated_at BIGINT NOT NULL         -- @plain
);
CREATE INDEX incoming_number_by_account ON incoming_number (account_sid, live, substr(sid, 3));

CREATE TABLE message (
  sid TEXT PRIMARY KEY,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  live BOOLEAN NOT NULL,             -- @plain
  direction TEXT NOT NULL,           -- @plain
  status TEXT NOT NULL,              -- @plain
  from_sealed BYTEA NOT NULL,        -- @personal category=traffic subject=recipient purpose=provide keep=90d erase=row sealed
  from_index BYTEA NOT NULL,         -- @personal category=traffic subject=recipient purpose=provide keep=90d erase=row index
  to_sealed BYTEA NOT NULL,          -- @personal category=traffic subject=recipient purpose=provide keep=90d erase=row sealed
  to_index BYTEA NOT NULL,           -- @personal category=traffic subject=recipient purpose=provide keep=90d erase=row index
  body_sealed BYTEA NOT NULL,        -- @personal category=content subject=recipient purpose=provide keep=90d erase=row sealed
  status_callback_sealed BYTEA,      -- @personal category=account subject=customer purpose=provide keep=90d erase=row sealed
  encoding TEXT NOT NULL,            -- @plain
  num_segments BIGINT NOT NULL,      -- @plain
  carrier TEXT NOT NULL,             -- @plain
  price_micros BIGINT,               -- @plain
  error_code BIGINT,                 -- @plain
  possible_duplicate BOOLEAN NOT NULL, -- @plain
  sequence BIGINT NOT NULL,          -- @plain
  created_at BIGINT NOT NULL,        -- @plain
  sent_at BIGINT,                    -- @plain
  updated_at BIGINT NOT NULL         -- @plain
);
CREATE INDEX message_by_account ON message (account_sid, live, substr(sid, 3));
CREATE INDEX message_by_to ON message (to_index, substr(sid, 3));
CREATE INDEX message_by_from ON message (from_index, substr(sid, 3));

-- Messages that wait for a carrier's answer. submitted_at is written before the first byte goes out: after a crash
-- such a row may have been sent, and is marked when it goes again.
CREATE TABLE outbound_queue (
  message_sid TEXT PRIMARY KEY,      -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  carrier TEXT NOT NULL,             -- @plain
  attempts BIGINT NOT NULL,          -- @plain
  submitted_at BIGINT,               -- @plain
  expires_at BIGINT NOT NULL         -- @plain
);
CREATE INDEX outbound_queue_by_carrier ON outbound_queue (carrier, substr(message_sid, 3));

-- One row for each SMS part that a carrier took, found again by the carrier's id when its receipt comes.
CREATE TABLE message_part (
  message_sid TEXT NOT NULL,         -- @plain
  part BIGINT NOT NULL,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  carrier_ref BYTEA,                 -- @personal category=traffic subject=recipient purpose=provide keep=90d erase=row index
  status TEXT NOT NULL,              -- @plain
  PRIMARY KEY (message_sid, part)
);
CREATE INDEX message_part_by_ref ON message_part (carrier_ref);

-- Parts of long inbound messages that wait for the others.
CREATE TABLE inbound_part (
  group_index BYTEA NOT NULL,        -- @personal category=traffic subject=recipient purpose=provide keep=24h erase=row index
  part BIGINT NOT NULL,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  text_sealed BYTEA NOT NULL,        -- @personal category=content subject=recipient purpose=provide keep=24h erase=row sealed
  created_at BIGINT NOT NULL,        -- @plain
  PRIMARY KEY (group_index, part)
);

CREATE TABLE webhook_delivery (
  sid TEXT PRIMARY KEY,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  live BOOLEAN NOT NULL,             -- @plain
  kind TEXT NOT NULL,                -- @plain
  resource_sid TEXT NOT NULL,        -- @plain
  sequence BIGINT NOT NULL,          -- @plain
  request_sealed BYTEA NOT NULL,     -- @personal category=traffic subject=recipient purpose=provide keep=90d erase=row sealed
  status TEXT NOT NULL,              -- @plain
  attempts BIGINT NOT NULL,          -- @plain
  next_attempt_at BIGINT NOT NULL,   -- @plain
  response_status BIGINT,            -- @plain
  failure TEXT,                      -- @plain
  created_at BIGINT NOT NULL,        -- @plain
  updated_at BIGINT NOT NULL         -- @plain
);
CREATE INDEX webhook_delivery_by_account ON webhook_delivery (account_sid, live, substr(sid, 3));
CREATE INDEX webhook_delivery_pending ON webhook_delivery (next_attempt_at) WHERE status = 'pending';
