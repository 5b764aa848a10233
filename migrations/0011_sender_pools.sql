-- Several numbers behind one name (src/domain/senders/README.md).
-- @table sender_pool key=sid account=account_sid
CREATE TABLE sender_pool (
  sid TEXT PRIMARY KEY,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  live BOOLEAN NOT NULL,             -- @plain
  name_sealed BYTEA NOT NULL,        -- @personal category=account subject=customer purpose=provide keep=account erase=key sealed
  sticky BOOLEAN NOT NULL,           -- @plain
  country_match BOOLEAN NOT NULL,    -- @plain
  created_at BIGINT NOT NULL,        -- @plain
  updated_at BIGINT NOT NULL         -- @plain
);
CREATE INDEX sender_pool_by_account ON sender_pool (account_sid, live, substr(sid, 3));

-- A number that was released may still stand here; it is then nobody's, and no member.
-- @table sender_pool_member key=pool_sid,number_sid account=account_sid
CREATE TABLE sender_pool_member (
  pool_sid TEXT NOT NULL,            -- @plain
  number_sid TEXT NOT NULL,          -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  PRIMARY KEY (pool_sid, number_sid)
);
CREATE INDEX sender_pool_member_by_number ON sender_pool_member (number_sid);

-- The member that a recipient last heard from. Ends by its age, also after its pool was deleted.
-- @table sticky_sender key=pool_sid,recipient_index account=account_sid age=used_at
CREATE TABLE sticky_sender (
  pool_sid TEXT NOT NULL,            -- @plain
  recipient_index BYTEA NOT NULL,    -- @personal category=traffic subject=recipient purpose=provide keep=90d erase=row index
  account_sid TEXT NOT NULL,         -- @plain
  number_sid TEXT NOT NULL,          -- @plain
  used_at BIGINT NOT NULL,           -- @plain
  PRIMARY KEY (pool_sid, recipient_index)
);
CREATE INDEX sticky_sender_by_age ON sticky_sender (used_at);
