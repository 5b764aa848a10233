-- A part has a carrier's reference only once the carrier took it: what has none is not in the index, where it came and went.
-- The index before it goes in 0024, so that readers have one of them all the time.
CREATE INDEX message_part_by_known_ref ON message_part (carrier_ref) WHERE carrier_ref IS NOT NULL;
