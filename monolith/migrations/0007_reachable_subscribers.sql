-- A subscriber has a name that a consumer can ask by (src/feed/PROTOCOL.md R76): an event for another one would reach nobody.
-- Rows that are there already stay as they are.
ALTER TABLE wildapp_event
  ADD CONSTRAINT wildapp_event_subscriber_reachable
  CHECK (subscriber ~ '^[A-Za-z0-9._:@-]{1,128}$') NOT VALID;
