-- 0022 and 0023 made the ones that are asked now.
DROP INDEX message_part_by_ref;
DROP INDEX webhook_delivery_by_endpoint;
