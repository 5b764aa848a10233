-- Few rows are submitted at a time, and receipts of unknown ids ask for them: without this in a scan of the whole queue.
CREATE INDEX outbound_queue_submitted ON outbound_queue (owner, carrier) WHERE submitted_at IS NOT NULL;
