/** A trigger or a view of the files of functions, as make_rule (rules.sql) takes it. */
export type Rule = {
  readonly kind: 'TRIGGER' | 'VIEW';
  readonly name: string;
  /** The table, or the view itself. */
  readonly on_table: string;
  readonly statement: string;
};

const RULE = /^CREATE (?:OR REPLACE |CONSTRAINT )?(TRIGGER|VIEW) (\w+)\b([^;]*);/gm;

/**
 * Separates triggers and views, which lock a table, from everything else, which locks none. A file
 * writes them at the start of a line and without a `;` inside.
 */
export function readRules(text: string): { readonly rest: string; readonly rules: Rule[] } {
  const rules: Rule[] = [];
  const rest = text.replace(RULE, (whole, kind: Rule['kind'], name: string, more: string) => {
    const table = kind === 'VIEW' ? name : (/\bON (\w+)/.exec(more)?.[1] ?? '');
    rules.push({ kind, name, on_table: `public.${table}`, statement: whole.slice(0, -1) });
    return '';
  });
  return { rest, rules };
}
