import { z } from 'zod';
import { PROGRAMS } from './programs.ts';
import { descriptions, settings } from './settings.ts';

/** The rows of the two tables of docs/settings.md. */
export function settingsTables(): { readonly main: string[]; readonly rare: string[] } {
  const rows = Object.entries(settings.shape).map(([name, schema]) => {
    const { main = false, type = '', meaning = '', unset } = descriptions.get(schema) ?? {};
    const fallback = schema instanceof z.ZodPrefault ? writeDefault(schema) : (unset ?? '');
    return { main, row: rowOf(`\`${name}\``, type, fallback, programsOf(name), meaning) };
  });
  const table = (main: boolean) => [
    rowOf('variable', 'type', 'default', 'read by', 'meaning'),
    rowOf('---', '---', '---', '---', '---'),
    ...rows.filter((one) => one.main === main).map(({ row }) => row),
  ];
  return { main: table(true), rare: table(false) };
}

const rowOf = (...cells: string[]) => `| ${cells.join(' | ')} |`;

function writeDefault(schema: z.ZodPrefault): string {
  const value = String(schema.def.defaultValue);
  return value === '' ? 'empty' : `\`${value}\``;
}

/** The names of the programs that read this variable. */
function programsOf(name: string): string {
  return Object.entries(PROGRAMS)
    .filter(([, parts]) => parts.some(({ shape }) => name in shape))
    .map(([program]) => program)
    .join(', ');
}
