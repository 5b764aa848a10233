-- Keys that sealed what backups still hold, and restores that did not end (src/domain/backup/README.md).

ALTER TABLE account_key ADD COLUMN retired_at BIGINT; -- @plain

CREATE TABLE restore (
  backup_id TEXT PRIMARY KEY,        -- @plain
  begun_at BIGINT NOT NULL           -- @plain
);
-- @table restore key=backup_id account=none
