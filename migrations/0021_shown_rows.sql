-- The indexes of lists hold what lists show: messages and calls that carried a verification's code are not among them
-- (column hidden), so a list costs the same beside any number of codes.

DROP INDEX message_by_account;
DROP INDEX message_by_to;
DROP INDEX message_by_from;
DROP INDEX message_by_status;
CREATE INDEX message_by_account ON message (account_sid, live, substr(sid, 3)) WHERE NOT hidden;
CREATE INDEX message_by_to ON message (to_index, substr(sid, 3)) WHERE NOT hidden;
CREATE INDEX message_by_from ON message (from_index, substr(sid, 3)) WHERE NOT hidden;
CREATE INDEX message_by_status ON message (account_sid, live, status, substr(sid, 3)) WHERE NOT hidden;

DROP INDEX call_by_account;
DROP INDEX call_by_status;
DROP INDEX call_by_to;
DROP INDEX call_by_from;
CREATE INDEX call_by_account ON call (account_sid, live, substr(sid, 3)) WHERE NOT hidden;
CREATE INDEX call_by_status ON call (account_sid, live, status, substr(sid, 3)) WHERE NOT hidden;
CREATE INDEX call_by_to ON call (to_index, substr(sid, 3)) WHERE NOT hidden;
CREATE INDEX call_by_from ON call (from_index, substr(sid, 3)) WHERE NOT hidden;
