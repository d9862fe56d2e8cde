-- The key in render_paces of the renders of a submitter (kind 'submitter') or of the whole farm
-- (kind 'farm', no name).
CREATE OR REPLACE FUNCTION pace_key(kind text, name text) RETURNS text LANGUAGE sql IMMUTABLE
  RETURN md5($1 || ' ' || $2);

-- The number of a key in jobs and in the index render_paces_pace, which has the same expression.
CREATE OR REPLACE FUNCTION pace_number(key text) RETURNS bigint LANGUAGE sql IMMUTABLE
  RETURN (('x' || left($1, 16))::bit(64))::bigint;

-- What a forecast that is not too old says of a place in the queue, as domain's StartFacts: times
-- in ms since 1970 and in s after the forecast. It interpolates between two edges. Null: there is
-- none. A forecast of the future was made before the clock jumped back.
CREATE OR REPLACE FUNCTION forecast_at(tags_of_job text, place bigint) RETURNS json
LANGUAGE plpgsql STABLE AS $$
DECLARE
  said queue_forecasts;
  ahead integer := least(place - 1, 2147483647);
  at integer;
  share float8 := 0;
BEGIN
  SELECT * INTO said FROM queue_forecasts f
    WHERE f.tags = tags_of_job AND f.made_at > clock_timestamp() - interval '30 seconds'
      AND f.made_at < clock_timestamp() + interval '1 second';
  IF NOT FOUND THEN RETURN NULL; END IF;
  at := width_bucket(ahead, said.edges);
  IF at < cardinality(said.edges) THEN
    share := (ahead - said.edges[at])::float8 / (said.edges[at + 1] - said.edges[at]);
  END IF;
  RETURN json_build_object('madeAtMs', round(extract(epoch FROM said.made_at) * 1000),
    'slots', said.slots, 'saidS', between_edges(said.starts, at, share),
    'fromS', between_edges(said.earliest, at, share),
    'toS', between_edges(said.latest, at, share));
END $$;

CREATE OR REPLACE FUNCTION between_edges(values_of integer[], at integer, share float8)
RETURNS float8 LANGUAGE sql IMMUTABLE
  RETURN CASE WHEN $3 = 0 THEN $1[$2] ELSE $1[$2] + $3 * ($1[$2 + 1] - $1[$2]) END;

-- How long renders like that of a job took, as domain's PaceFacts: of its template, and if fewer
-- than `enough` of these were measured, of its submitter.
CREATE OR REPLACE FUNCTION pace_facts(pace_of_job bigint, submitter text, enough integer)
RETURNS json
LANGUAGE plpgsql STABLE AS $$
DECLARE
  own render_paces;
  other render_paces;
BEGIN
  SELECT * INTO own FROM render_paces p WHERE pace_number(p.key) = pace_of_job LIMIT 1;
  IF own.renders >= enough THEN
    RETURN json_build_object('of', 'template', 'ofTemplate', own.renders, 'renders', own.renders,
      'meanMs', own.mean_ms, 'logMean', own.log_mean, 'logVar', own.log_var);
  END IF;
  SELECT * INTO other FROM render_paces p WHERE p.key = pace_key('submitter', submitter);
  IF other.renders >= enough THEN
    RETURN json_build_object('of', 'submitter', 'ofTemplate', coalesce(own.renders, 0),
      'renders', other.renders, 'meanMs', other.mean_ms, 'logMean', other.log_mean,
      'logVar', other.log_var);
  END IF;
  RETURN json_build_object('ofTemplate', coalesce(own.renders, 0));
END $$;
