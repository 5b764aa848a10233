-- MMS: the pictures, sounds and documents of messages, numbered from 0. url_sealed: where the customer offers one, until
-- it was fetched; then its type and size are there, and its bytes in media_piece, which is small enough to be sealed anew.
-- @table media key=message_sid,number account=account_sid age=message_sid
CREATE TABLE media (
  message_sid TEXT NOT NULL,         -- @plain
  number BIGINT NOT NULL,            -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  url_sealed BYTEA,                  -- @personal category=content subject=recipient purpose=provide keep=90d erase=row sealed
  content_type TEXT,                 -- @plain
  size BIGINT,                       -- @plain
  attempts BIGINT NOT NULL,          -- @plain
  PRIMARY KEY (message_sid, number)
);
CREATE INDEX media_of_account ON media (account_sid, message_sid, number);

-- @table media_piece key=message_sid,number,piece account=account_sid age=message_sid
CREATE TABLE media_piece (
  message_sid TEXT NOT NULL,         -- @plain
  number BIGINT NOT NULL,            -- @plain
  piece BIGINT NOT NULL,             -- @plain
  account_sid TEXT NOT NULL,         -- @plain
  content_sealed BYTEA NOT NULL,     -- @personal category=content subject=recipient purpose=provide keep=90d erase=row sealed
  PRIMARY KEY (message_sid, number, piece)
);
CREATE INDEX media_piece_of_account ON media_piece (account_sid, message_sid, number, piece);

-- A due_at below 0: the message waits for its media, which are to be fetched at -due_at.
CREATE INDEX outbound_queue_media ON outbound_queue (owner, due_at, account_sid) WHERE due_at < 0;

-- The simulated network takes media from now on.
UPDATE incoming_number SET mms = TRUE WHERE carrier = 'sandbox';
