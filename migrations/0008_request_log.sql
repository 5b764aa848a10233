-- What was asked of the API, for the account that asked (src/domain/requests/README.md).

CREATE TABLE request_log (
  sid TEXT PRIMARY KEY,              -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  live BOOLEAN NOT NULL,             -- @plain
  api_key_sid TEXT NOT NULL,         -- @plain
  method TEXT NOT NULL,              -- @plain
  route TEXT NOT NULL,               -- @plain
  status BIGINT NOT NULL,            -- @plain
  received_at BIGINT NOT NULL,       -- @plain
  duration_us BIGINT NOT NULL,       -- @plain
  client_sealed BYTEA NOT NULL       -- @personal category=traffic subject=user purpose=secure keep=90d erase=row sealed
);
-- @table request_log key=sid account=account_sid age=sid
CREATE INDEX request_log_by_account ON request_log (account_sid, live, substr(sid, 3));
