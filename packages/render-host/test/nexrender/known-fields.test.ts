/* The list of known fields has every field that the source of @nexrender/core reads. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { ASSET_FIELDS, ENCODE_PRESETS, TEMPLATE_FIELDS } from '@renderdeck/domain';
import { expect, test } from 'vitest';
import { PRESETS } from '../../src/nexrender/encode.mjs';

const CORE = dirname(createRequire(import.meta.url).resolve('@nexrender/core'));
const SOURCE = readdirSync(CORE, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.js') && !name.endsWith('analytics.js'))
  .map((name) => readFileSync(join(CORE, name), 'utf8'))
  // Analytics send fields, also such that no job has.
  .map((text) => text.replace(/settings\.track\w*\([\s\S]*?\}\)/g, ''))
  .join('\n');

const find = (pattern: RegExp) => new Set([...SOURCE.matchAll(pattern)].map(([, name]) => name));
/** What nexrender itself writes into a job. */
const OWN = ['dest', 'hasOwnProperty'];

test('every field of a template that @nexrender/core reads is known', () => {
  const read = find(/\btemplate\.(\w+)/g);
  expect(read.size).toBeGreaterThan(10);
  expect([...read].filter((name) => !known(TEMPLATE_FIELDS, name))).toEqual([]);
});

test('every field of an asset that @nexrender/core reads is known', () => {
  const read = find(/\basset\.(\w+)/g);
  expect(read.size).toBeGreaterThan(6);
  const fields = Object.values(ASSET_FIELDS).flat();
  expect([...read].filter((name) => !known(fields, name))).toEqual([]);
});

test('every known field is in the source of @nexrender/core', () => {
  const names = [...TEMPLATE_FIELDS, ...Object.values(ASSET_FIELDS).flat()];
  expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(SOURCE))).toEqual([]);
});

test('the presets of encodings are those that a submission knows', () => {
  expect(Object.keys(PRESETS)).toEqual(ENCODE_PRESETS);
});

function known(fields: readonly string[], name: string | undefined): boolean {
  return name === undefined || OWN.includes(name) || fields.includes(name);
}
