-- The columns in which a row differs from the earlier row.
CREATE OR REPLACE FUNCTION changed_columns(before jsonb, after jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(array_agg(key), '{}') FROM pg_catalog.jsonb_each($2)
  WHERE value IS DISTINCT FROM $1 -> key AND key <> 'queue_key' -- it is computed after the trigger
$$;

-- Whether a JSON value has a shape, so that one host cannot make a list unreadable for all readers.
-- A shape is an object of shapes, an array with one shape, {"?": a shape} if the value may be null
-- or missing, or a kind. A kind is integer, number, string, boolean, time, or the words that are
-- allowed. A kind with ? at its end may be null or missing, too.
CREATE OR REPLACE FUNCTION has_shape(value jsonb, shape jsonb) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE kind text := shape #>> '{}';
BEGIN
  IF jsonb_typeof(shape) = 'object' THEN
    IF shape ? '?' THEN
      RETURN value IS NULL OR jsonb_typeof(value) = 'null'
        OR public.has_shape(value, shape -> '?');
    END IF;
    RETURN jsonb_typeof(value) IS NOT DISTINCT FROM 'object' AND NOT EXISTS (
      SELECT FROM jsonb_each(shape) AS s (key, wanted)
      WHERE NOT public.has_shape(value -> s.key, s.wanted));
  END IF;
  IF jsonb_typeof(shape) = 'array' THEN
    IF jsonb_typeof(value) IS DISTINCT FROM 'array' THEN RETURN false; END IF;
    RETURN NOT EXISTS (
      SELECT FROM jsonb_array_elements(value) AS e (item)
      WHERE NOT public.has_shape(e.item, shape -> 0));
  END IF;
  IF value IS NULL OR jsonb_typeof(value) = 'null' THEN RETURN kind LIKE '%?'; END IF;
  kind := rtrim(kind, '?');
  IF kind IN ('string', 'boolean') THEN RETURN jsonb_typeof(value) = kind; END IF;
  IF kind IN ('integer', 'number') THEN
    IF jsonb_typeof(value) <> 'number' THEN RETURN false; END IF;
    RETURN abs(value::numeric) < 9e15 AND (kind = 'number' OR value::numeric % 1 = 0);
  END IF;
  IF jsonb_typeof(value) <> 'string' THEN RETURN false; END IF;
  IF kind <> 'time' THEN RETURN value #>> '{}' = ANY (string_to_array(kind, '|')); END IF;
  IF value #>> '{}' !~ '^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d([.]\d+)?Z$' THEN RETURN false; END IF;
  PERFORM (value #>> '{}')::timestamptz;
  RETURN true;
EXCEPTION WHEN datetime_field_overflow OR invalid_datetime_format THEN RETURN false;
END $$;

-- Refuses values in a host's row that readers do not expect: times that are no dates, and JSON of
-- another shape than host_shapes says.
CREATE OR REPLACE FUNCTION refuse_malformed(row_after jsonb, changed text[]) RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  wrong text;
  shapes jsonb := public.host_shapes();
BEGIN
  SELECT key INTO wrong FROM jsonb_each(row_after) AS c (key, value)
  WHERE key = ANY (changed) AND jsonb_typeof(value) <> 'null'
    AND CASE WHEN key LIKE '%\_at' OR key = 'at'
      THEN (value #>> '{}')::timestamptz NOT BETWEEN '1970-01-01' AND '2999-01-01'
      ELSE shapes ? key AND NOT public.has_shape(value, shapes -> key) END
  LIMIT 1;
  IF wrong IS NOT NULL THEN
    PERFORM public.refuse_host_login(format('write such a value into %s', wrong));
  END IF;
END $$;
