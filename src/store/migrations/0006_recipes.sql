-- What a document is made of, JSON. A version that is not kept is composed of it when somebody asks.
ALTER TABLE paper ADD COLUMN recipe TEXT;

-- When it came here, whatever it says of itself: the oldest are forgotten first.
ALTER TABLE paper ADD COLUMN made INTEGER NOT NULL DEFAULT 0;
UPDATE paper SET made = closed;
CREATE INDEX paper_made ON paper (made);

-- Goods that were uploaded have prices with kopecks: sums are kopecks from now on.
UPDATE till SET revenue = revenue * 100, drawer = drawer * 100;
