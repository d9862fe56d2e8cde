-- The assets that run in After Effects, in their order.
CREATE OR REPLACE FUNCTION project_code(job jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_agg(asset ORDER BY n), '[]') FROM jsonb_array_elements(
    CASE WHEN jsonb_typeof(job->'assets') = 'array' THEN job->'assets' ELSE '[]' END)
    WITH ORDINALITY AS assets (asset, n)
  WHERE asset->>'type' = 'script' OR asset ? 'expression'
$$;

-- Whether a job has an action that the other one does not have. An action gets the whole job.
CREATE OR REPLACE FUNCTION has_new_action(job jsonb, before jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN jsonb_typeof(job->'actions') = 'object' THEN EXISTS (
    SELECT FROM jsonb_each(job->'actions') AS lists (name, list)
    WHERE CASE WHEN jsonb_typeof(list) <> 'array' THEN list IS DISTINCT FROM before->'actions'->name
      ELSE EXISTS (SELECT FROM jsonb_array_elements(list) AS a (action)
        WHERE jsonb_typeof(before->'actions'->name) IS DISTINCT FROM 'array'
          OR NOT EXISTS (SELECT FROM jsonb_array_elements(before->'actions'->name) AS b (known)
            WHERE known = action)) END)
    ELSE job->'actions' IS DISTINCT FROM before->'actions' AND job ? 'actions' END
$$;

-- Copies secrets of a job to the edited copy of it, each to its place there. It refuses a part that
-- was edited, a part for which the copy has secrets of its own, and all if the copy has a new
-- action: each could send the copied secret elsewhere. The caller cannot read a secret (decision
-- 0136).
CREATE OR REPLACE FUNCTION copy_secrets(source uuid, copy uuid, parts jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  old_job jsonb;
  new_job jsonb;
  own jsonb;
  copied jsonb := '[]';
  found jsonb;
  from_place text[];
  to_place text[];
  to_path jsonb;
  for_project boolean;
  is_part boolean;
  is_same boolean;
  has_own boolean;
BEGIN
  SELECT nexrender_job INTO old_job FROM public.job_definitions
    WHERE job_id = source AND secrets_deleted_at IS NULL;
  SELECT nexrender_job INTO new_job FROM public.job_definitions
    WHERE job_id = copy AND rerun_of = source;
  IF old_job IS NULL OR new_job IS NULL THEN
    RAISE 'the secrets of job % cannot be copied to job %', source, copy;
  END IF;
  own := coalesce((SELECT secrets FROM public.job_secrets WHERE job_id = copy), '[]');
  IF public.has_new_action(new_job, old_job)
    OR EXISTS (SELECT FROM jsonb_array_elements(own) AS s (secret)
      WHERE secret->'path'->>0 = 'actions') THEN
    RAISE 'the secrets of job % cannot be copied: an action was edited', source;
  END IF;
  FOR from_place, to_place, to_path IN
    SELECT array(SELECT jsonb_array_elements_text(part->'from')),
      array(SELECT jsonb_array_elements_text(part->'to')), part->'to'
    FROM jsonb_array_elements(parts) AS p (part)
  LOOP
    for_project := from_place[1] = 'assets' AND cardinality(from_place) = 2
      AND NOT public.is_file_asset(old_job #> from_place);
    -- The template, an asset, an action or another field, which stays in its list.
    is_part := cardinality(from_place) = cardinality(to_place)
      AND cardinality(from_place) = (CASE WHEN cardinality(from_place) = 1 THEN 1
        WHEN from_place[1] = 'assets' THEN 2 WHEN from_place[1] = 'actions' THEN 3 ELSE 0 END)
      AND from_place[:greatest(cardinality(from_place) - 1, 1)]
        = to_place[:greatest(cardinality(from_place) - 1, 1)];
    is_same := public.secret_part(old_job, from_place)
      IS NOT DISTINCT FROM public.secret_part(new_job, to_place)
      AND (NOT for_project OR public.project_code(old_job) = public.project_code(new_job)
        AND public.secret_part(old_job, '{template}')
          IS NOT DISTINCT FROM public.secret_part(new_job, '{template}'));
    has_own := EXISTS (
      SELECT FROM jsonb_array_elements(own) AS s (secret),
        LATERAL (SELECT array(SELECT jsonb_array_elements_text(secret->'path'))) AS p (place)
      WHERE place[:cardinality(to_place)] = to_place OR for_project
        AND (place[1] = 'template' OR place[1] = 'assets' AND public.project_code(
          jsonb_build_object('assets', jsonb_build_array(new_job #> place[:2]))) <> '[]'));
    IF NOT is_part OR NOT is_same OR has_own THEN
      RAISE 'the secrets at % of job % cannot be copied: this part was edited', from_place, source;
    END IF;
    SELECT jsonb_agg(jsonb_set(secret, '{path}', to_path || rest)) INTO found
    FROM (SELECT secret, (secret->'path') AS path FROM jsonb_array_elements(
        (SELECT secrets FROM public.job_secrets WHERE job_id = source)) AS s (secret)) s,
      LATERAL (SELECT coalesce(jsonb_agg(step ORDER BY n) FILTER (
            WHERE n > cardinality(from_place)), '[]') AS rest,
          array_agg(step #>> '{}' ORDER BY n) AS place
        FROM jsonb_array_elements(path) WITH ORDINALITY AS steps (step, n)) p
    WHERE place[:cardinality(from_place)] = from_place
      AND old_job #> place IS NOT DISTINCT FROM new_job #> (
        to_place || place[cardinality(from_place) + 1:]);
    copied := copied || coalesce(found, '[]');
  END LOOP;
  IF copied <> '[]' THEN
    INSERT INTO public.job_secrets (job_id, secrets) VALUES (copy, copied)
      ON CONFLICT (job_id) DO UPDATE SET secrets = job_secrets.secrets || copied;
  END IF;
END $$;
