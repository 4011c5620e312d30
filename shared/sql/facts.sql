-- Which closed months are counted (R20), and the first month of which all was here to be counted.
CREATE TABLE counted (
  what text NOT NULL,
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  PRIMARY KEY (what, month)
);
CREATE TABLE counting (begun date NOT NULL CHECK (extract(day FROM begun) = 1));
INSERT INTO counting (begun) VALUES (date_trunc('month', now() AT TIME ZONE 'Europe/Brussels')::date);
GRANT SELECT, INSERT ON counted TO {service}_worker;
GRANT SELECT ON counting TO {service}_worker;
