-- What a document is made of, JSON. A version that is not kept is composed of it when somebody asks.
ALTER TABLE paper ADD COLUMN recipe TEXT;
