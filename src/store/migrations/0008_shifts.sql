-- What the open shift has taken and given, JSON, for the reports at its end.
ALTER TABLE till ADD COLUMN counters TEXT NOT NULL DEFAULT '{}';
