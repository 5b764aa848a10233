-- Messages in depth: when and how long a message may go, what is kept of it, which way it went and why.
ALTER TABLE message ADD COLUMN send_at BIGINT; -- @plain
ALTER TABLE message ADD COLUMN validity_s BIGINT; -- @plain
ALTER TABLE message ADD COLUMN discard_content BOOLEAN NOT NULL DEFAULT FALSE; -- @plain
ALTER TABLE message ADD COLUMN obfuscate_addresses BOOLEAN NOT NULL DEFAULT FALSE; -- @plain
ALTER TABLE message ADD COLUMN tags_sealed BYTEA; -- @personal category=traffic subject=recipient purpose=provide keep=90d erase=row sealed
ALTER TABLE message ADD COLUMN num_media BIGINT NOT NULL DEFAULT 0; -- @plain
ALTER TABLE message ADD COLUMN sender_pool_sid TEXT; -- @plain
ALTER TABLE message ADD COLUMN route TEXT; -- @plain

-- The queue is one for all carriers, a queue for each sender and priority: which carrier takes a message is chosen when
-- it goes. sender: message.from_index. due_at: 0, or when the row is looked at again: a scheduled message's send_at, or
-- the end of the validity of one that is held for its receipt (held). Rows of the version before have no sender; the
-- program gives them theirs.
ALTER TABLE outbound_queue ADD COLUMN sender BYTEA; -- @personal category=traffic subject=recipient purpose=provide keep=90d erase=row index
ALTER TABLE outbound_queue ADD COLUMN sender_type TEXT NOT NULL DEFAULT ''; -- @plain
ALTER TABLE outbound_queue ADD COLUMN priority BIGINT NOT NULL DEFAULT 1; -- @plain
ALTER TABLE outbound_queue ADD COLUMN paced BOOLEAN NOT NULL DEFAULT FALSE; -- @plain
ALTER TABLE outbound_queue ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0; -- @plain
ALTER TABLE outbound_queue ADD COLUMN held BOOLEAN NOT NULL DEFAULT FALSE; -- @plain
DROP INDEX outbound_queue_by_owner;
CREATE INDEX outbound_queue_by_sender ON outbound_queue (owner, priority, sender, substr(message_sid, 3)) WHERE due_at = 0;
CREATE INDEX outbound_queue_due ON outbound_queue (owner, due_at) WHERE due_at > 0;
