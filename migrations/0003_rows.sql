-- How rows of the first tables are found (grammar: migrations/README.md).
-- @table account key=sid account=sid
-- @table account_key key=account_sid,version account=account_sid
-- @table api_key key=sid account=account_sid
-- @table idempotency key=account_sid,key_index account=account_sid age=created_at row=key_index
-- @table incoming_number key=sid account=account_sid
-- @table message key=sid account=account_sid age=sid
-- @table outbound_queue key=message_sid account=account_sid age=message_sid keep=90d
-- @table message_part key=message_sid,part account=account_sid age=message_sid
-- @table inbound_part key=group_index,part account=account_sid age=created_at
-- @table webhook_delivery key=sid account=account_sid age=sid resource=resource_sid
-- @table node key=owner account=none
-- @table duty key=name account=none

CREATE INDEX inbound_part_by_age ON inbound_part (created_at);
