-- On how many days an endpoint failed, so that one clock that jumps does not make days of one failure.

ALTER TABLE webhook_endpoint ADD COLUMN failing_days BIGINT NOT NULL DEFAULT 0; -- @plain
ALTER TABLE webhook_endpoint ADD COLUMN failed_on BIGINT; -- @plain
