-- Numbers that carriers offer and no account holds. A free number is nobody's, so it stands in clear. `kind` is what
-- src/domain/numbers/offer.hpp says; `reversed` is the number from its last digit, for patterns at its end.
-- @table available_number key=number account=none
CREATE TABLE available_number (
  number TEXT PRIMARY KEY,           -- @plain
  reversed TEXT NOT NULL,            -- @plain
  kind TEXT NOT NULL,                -- @plain
  carrier TEXT NOT NULL,             -- @plain
  price_micros BIGINT                -- @plain
);
CREATE INDEX available_number_by_kind ON available_number (kind, number);
CREATE INDEX available_number_reversed ON available_number (kind, reversed);

-- Released numbers until they are offered again. Whose they were is nowhere; sealed all the same, because the time at
-- which a number began to rest is the time of one account's request. offered_again: false where the carrier took it back.
-- @table resting_number key=number_index account=none
CREATE TABLE resting_number (
  number_index BYTEA PRIMARY KEY,    -- @secret index
  offer_sealed BYTEA NOT NULL,       -- @secret sealed
  offered_again BOOLEAN NOT NULL,    -- @plain
  rest_until BIGINT NOT NULL         -- @plain
);
CREATE INDEX resting_number_by_end ON resting_number (rest_until);

-- What a held number was offered as, so that it can be offered again.
ALTER TABLE incoming_number ADD COLUMN offer_sealed BYTEA; -- @personal category=account subject=customer purpose=provide keep=account erase=key sealed
