import { z } from 'zod';
import { PROGRAMS } from './programs.ts';
import { descriptions, settings } from './settings.ts';

/** The rows of README's table of settings. */
export function readmeTable(): string[] {
  const rows = Object.entries(settings.shape).map(([name, schema]) => {
    const { type = '', meaning = '', unset = '' } = descriptions.get(schema) ?? {};
    const fallback =
      schema instanceof z.ZodPrefault ? `\`${String(schema.def.defaultValue)}\`` : unset;
    return `| \`${name}\` | ${type} | ${fallback} | ${programsOf(name).join(', ')} | ${meaning} |`;
  });
  return [
    '| variable | type | default | read by | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ];
}

/** The programs that read this variable. */
function programsOf(name: string): string[] {
  return Object.entries(PROGRAMS)
    .filter(([, parts]) => parts.some(({ shape }) => name in shape))
    .map(([program]) => program);
}
