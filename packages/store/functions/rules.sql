-- Triggers, policies and views, in one word: rules. To make one, PostgreSQL locks its table against
-- the farm. So a rule that is right is never touched. The comment of a rule says which statement
-- made it and how it was then. The rules of the files are in packages/store/functions, and those
-- for hosts' own logins in host_rules.

-- Every rule of the schema `public` as it is now, and its comment.
CREATE OR REPLACE FUNCTION rules_now()
RETURNS TABLE (kind text, name text, on_table text, definition text, comment text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'POLICY', p.polname::text, p.polrelid::regclass::text,
    ROW(c.relrowsecurity, p.polcmd, p.polpermissive, p.polroles::regrole[],
      pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))::text,
    obj_description(p.oid, 'pg_policy')
  FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
  WHERE c.relnamespace = 'public'::regnamespace
  UNION ALL SELECT 'TRIGGER', t.tgname::text, t.tgrelid::regclass::text,
    ROW(t.tgenabled, pg_get_triggerdef(t.oid))::text, obj_description(t.oid, 'pg_trigger')
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal
  UNION ALL SELECT 'VIEW', c.relname::text, c.oid::regclass::text,
    ROW(c.reloptions, pg_get_viewdef(c.oid))::text, obj_description(c.oid, 'pg_class')
  FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'v'
$$;

-- The comment of a rule that this statement made and nobody changed. rules_to_change knows the
-- first words.
CREATE OR REPLACE FUNCTION rule_comment(statement text, definition text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'migrate made this: ' || md5($1 || $2)
$$;

-- What `migrate` has to do: each rule that is missing, was made by another statement or was changed
-- by somebody, and each rule that an earlier version made and this version does not have (without a
-- statement). The rules for hosts' own logins count from the first login on. They stay in force if
-- nobody is bound any more, because the logins still exist.
CREATE OR REPLACE FUNCTION rules_to_change(of_files jsonb)
RETURNS TABLE (kind text, name text, on_table text, statement text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH now AS MATERIALIZED (SELECT * FROM public.rules_now()), wanted AS (
    SELECT f.rule->>'kind' AS kind, f.rule->>'name' AS name, f.rule->>'on_table' AS on_table,
      f.rule->>'statement' AS statement, f.place
    FROM jsonb_array_elements($1) WITH ORDINALITY AS f (rule, place)
    UNION ALL SELECT h.*, NULL FROM public.host_rules() h
    WHERE to_regrole('renderdeck_host') IS NOT NULL AND (EXISTS (SELECT FROM public.host_logins)
      OR EXISTS (SELECT FROM now WHERE now.kind = 'POLICY' AND now.name = 'host_login'))
  )
  SELECT kind, name, on_table, wanted.statement FROM wanted
    FULL JOIN now USING (kind, name, on_table)
  WHERE CASE WHEN wanted.statement IS NULL THEN now.comment LIKE 'migrate made this: %'
    ELSE now.comment IS NULL
      OR now.comment <> public.rule_comment(wanted.statement, now.definition) END
  ORDER BY wanted.statement IS NULL, wanted.place NULLS LAST, on_table, name
$$;

-- Makes a rule, makes it anew, or drops it if there is no statement. A policy also turns row-level
-- security on. It has no search path of its own: the statements of the files name tables without
-- their schema.
CREATE OR REPLACE FUNCTION make_rule(kind text, name text, on_table text, statement text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  rule text := CASE kind WHEN 'VIEW' THEN format('VIEW %s', on_table)
    ELSE format('%s %I ON %s', kind, name, on_table) END;
BEGIN
  IF statement IS NULL OR statement !~ '^CREATE OR REPLACE' THEN
    EXECUTE replace(format('DROP %s', rule), kind, kind || ' IF EXISTS');
  END IF;
  IF statement IS NULL THEN RETURN; END IF;
  EXECUTE statement;
  IF kind = 'POLICY'
      AND NOT (SELECT relrowsecurity FROM pg_class WHERE oid = to_regclass(on_table)) THEN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', on_table);
  END IF;
  EXECUTE (SELECT format('COMMENT ON %s IS %L', rule,
      public.rule_comment(make_rule.statement, now.definition))
    FROM public.rules_now() now WHERE (now.kind, now.name, now.on_table)
      = (make_rule.kind, make_rule.name, make_rule.on_table));
END $$;
