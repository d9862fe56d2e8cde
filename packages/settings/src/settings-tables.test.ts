import { expect, test } from 'vitest';
import { descriptions, settings } from './settings.ts';
import { settingsTables } from './settings-tables.ts';

const { main, rare } = settingsTables();

test.each(Object.entries(settings.shape))('%s has a description and a default', (name, schema) => {
  const { type = '', meaning = '' } = descriptions.get(schema) ?? {};
  expect([type, meaning]).not.toContain('');
  const [row = '', ...others] = [...main, ...rare].filter((line) =>
    line.includes(`| \`${name}\` |`),
  );
  expect(others).toEqual([]);
  expect(
    row
      .split('|')
      .map((cell) => cell.trim())
      .slice(1, -1),
  ).not.toContain('');
});

test('the main table has at most 25 settings', () => {
  expect(main.length - 2).toBeLessThanOrEqual(25);
});
