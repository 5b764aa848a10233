-- Who must not get messages from whom (src/domain/optouts/README.md). Nothing but a keyed hash of the pair, under a key of
-- the instance, and the day: so it may outlive the account, and does. A lifted opt-out has no row.
-- @table opt_out key=pair_index account=none
CREATE TABLE opt_out (
  pair_index BYTEA PRIMARY KEY,      -- @personal category=traffic subject=recipient purpose=comply keep=always erase=never index
  since_day BIGINT NOT NULL          -- @plain
);

-- What an account answers to keywords, and its own keywords. mode: 'test' or 'live'.
-- @table opt_out_settings key=account_sid,mode account=account_sid
CREATE TABLE opt_out_settings (
  account_sid TEXT NOT NULL,         -- @plain
  mode TEXT NOT NULL,                -- @plain
  settings_sealed BYTEA NOT NULL,    -- @personal category=account subject=customer purpose=provide keep=account erase=key sealed
  updated_at BIGINT NOT NULL,        -- @plain
  PRIMARY KEY (account_sid, mode)
);
