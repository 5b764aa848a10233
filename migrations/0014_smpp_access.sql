-- Customers that bind as ESME (src/domain/smpp_access/README.md).
-- password_hash: keyed by the account's index key, since eight characters are guessed where a plain hash is known.
-- @table smpp_credential key=sid account=account_sid
CREATE TABLE smpp_credential (
  sid TEXT PRIMARY KEY,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  live BOOLEAN NOT NULL,             -- @plain
  system_id TEXT NOT NULL UNIQUE,    -- @plain
  password_hash BYTEA NOT NULL,      -- @secret index
  settings_sealed BYTEA NOT NULL,    -- @personal category=account subject=customer purpose=provide keep=account erase=key sealed
  receive BOOLEAN NOT NULL,          -- @plain
  created_at BIGINT NOT NULL,        -- @plain
  updated_at BIGINT NOT NULL         -- @plain
);
CREATE INDEX smpp_credential_by_account ON smpp_credential (account_sid, live, substr(sid, 3));

-- What goes back over SMPP: receipts and inbound messages. owner: the node that has it in memory; '' is nobody.
-- @table smpp_return key=credential_sid,message_sid account=account_sid age=created_at resource=message_sid
CREATE TABLE smpp_return (
  credential_sid TEXT NOT NULL,      -- @plain
  message_sid TEXT NOT NULL,         -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  content_sealed BYTEA NOT NULL,     -- @personal category=content subject=recipient purpose=provide keep=7d erase=row sealed
  owner TEXT NOT NULL,               -- @plain
  attempts BIGINT NOT NULL,          -- @plain
  next_attempt_at BIGINT NOT NULL,   -- @plain
  created_at BIGINT NOT NULL,        -- @plain
  PRIMARY KEY (credential_sid, message_sid)
);
CREATE INDEX smpp_return_waiting ON smpp_return (credential_sid, owner, created_at, message_sid);
CREATE INDEX smpp_return_by_owner ON smpp_return (owner);
CREATE INDEX smpp_return_by_age ON smpp_return (created_at);

-- Parts of long texts that a customer submits one by one, until the last is there.
-- @table smpp_part key=group_index,part account=account_sid age=created_at
CREATE TABLE smpp_part (
  group_index BYTEA NOT NULL,        -- @personal category=traffic subject=recipient purpose=provide keep=24h erase=row index
  part BIGINT NOT NULL,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  message_sid TEXT NOT NULL,         -- @plain
  content_sealed BYTEA NOT NULL,     -- @personal category=content subject=recipient purpose=provide keep=24h erase=row sealed
  created_at BIGINT NOT NULL,        -- @plain
  PRIMARY KEY (group_index, part)
);
CREATE INDEX smpp_part_by_age ON smpp_part (created_at);

-- Whom a message's receipt goes to (smpp_access/receipt_request.hpp).
ALTER TABLE message ADD COLUMN smpp_receipt TEXT; -- @plain
