-- A part has a carrier's reference only once the carrier took it: what has none is not in the index, where it came and went.
DROP INDEX message_part_by_ref;
CREATE INDEX message_part_by_ref ON message_part (carrier_ref) WHERE carrier_ref IS NOT NULL;
