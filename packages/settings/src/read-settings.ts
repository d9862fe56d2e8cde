import type { z } from 'zod';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The values of these settings, or one sentence for each invalid value. */
export function readSettings<Settings extends z.ZodObject>(
  settings: Settings,
  env: Environment,
): { ok: true; values: z.output<Settings> } | { ok: false; sentences: string[] } {
  const parsed = settings.safeParse(withoutEmpty(env));
  if (parsed.success) return { ok: true, values: parsed.data };
  const { issues } = parsed.error;
  return {
    ok: false,
    sentences: issues.map(({ path, message }) => `${String(path[0])} ${message}.`),
  };
}

/** An empty variable counts as unset. */
export function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}
