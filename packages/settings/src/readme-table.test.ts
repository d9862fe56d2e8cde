import { expect, test } from 'vitest';
import { readmeTable } from './readme-table.ts';
import { descriptions, settings } from './settings.ts';

test.each(Object.entries(settings.shape))('%s has a description and a default', (name, schema) => {
  const { type = '', meaning = '' } = descriptions.get(schema) ?? {};
  expect([type, meaning]).not.toContain('');
  const row = readmeTable().find((line) => line.includes(`| \`${name}\` |`)) ?? '';
  expect(
    row
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  ).not.toContain('');
});
