import { StandardSchemaV1Error, TRPCError } from '@trpc/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import * as contract from './index.ts';
import { problemOf } from './router.ts';

/** Values of many types that most fields refuse. */
const GARBAGE = [
  null,
  true,
  -1,
  1.5,
  1e12,
  '',
  'x'.repeat(10_000),
  [],
  [null],
  {},
  { length: 1 },
  '\u0000',
  Number.NaN,
];

/** Every input of the contract that is an object with fields. */
const INPUTS = Object.entries(contract).flatMap(([name, schema]) =>
  name.endsWith('Input') && schema instanceof z.ZodObject ? [[name, schema] as const] : [],
);

/** The sentence for the error that tRPC throws if a schema rejects an input with these issues. */
function sentenceOf({ issues }: z.ZodError): string {
  const cause = new StandardSchemaV1Error(issues);
  return problemOf(new TRPCError({ code: 'BAD_REQUEST', cause })).detail;
}

test('the contract has inputs to test', () => {
  expect(INPUTS.length).toBeGreaterThan(10);
});

test.each(INPUTS)(
  '%s: each refused field gets a sentence that names the field',
  (_name, schema) => {
    for (const [field, fieldSchema] of Object.entries(schema.shape)) {
      for (const value of GARBAGE) {
        const { error } = z.object({ [field]: fieldSchema }).safeParse({ [field]: value });
        if (error !== undefined)
          expect(sentenceOf(error)).toMatch(
            new RegExp(`^${field}[\\w.]*: (?!Invalid|Too|Expected).*[.]$`),
          );
      }
    }
  },
);

test.each(INPUTS)('%s refuses a value that is not an object, with a sentence', (_name, schema) => {
  for (const value of [undefined, null, 1, 'x', []]) {
    const { error } = schema.safeParse(value);
    if (error === undefined) throw new Error('It was accepted.');
    expect(sentenceOf(error)).toBe('The input is an object with named fields; send one.');
  }
});

test.each([
  [
    {
      template: { src: 'file:///C:/a.aep', composition: 'main' },
      assets: [{ type: 'data', layerIndex: '8', property: 'Source Text', value: '名' }],
    },
  ],
  [
    {
      template: { src: 'd:\\farm\\a.aep', composition: 'main' },
      assets: [{ type: 'image', src: '\\\\nas\\share\\a.png', layerName: 'bg' }],
    },
  ],
  [
    {
      uid: 'a_b-1',
      template: { src: 'https://x/a.aepx', composition: '主' },
      actions: {
        postrender: [{ module: '@nexrender/action-copy', input: 'result.mov', output: 'x' }],
      },
    },
  ],
])('a valid nexrender job passes unchanged: %j', (job) => {
  expect(contract.submitJobInput.parse({ job })).toEqual({ job, priority: 50 });
});

const template = { src: 'a', composition: 'b' };
const ACTIONS = 'predownload, postdownload, prerender, postrender';
test.each([
  [{ template: {} }, '.template.src: template.src is missing; it is text.'],
  [{ template, assets: {} }, '.assets: assets is a list.'],
  [{ template, assets: [{}] }, '.assets.0.type: The type of an asset is missing; it is text.'],
  [{ template, assets: ['a'] }, '.assets.0: An asset is an object with type and src.'],
  [
    { template, assets: [{ type: 'image', src: 4 }] },
    '.assets.0.src: The src of an asset is text.',
  ],
  [
    { template, assets: [{ type: 'image', layerIndex: {} }] },
    '.assets.0.layerIndex: layerIndex is a number.',
  ],
  [{ template: { ...template, name: 1 } }, '.template.name: template.name is text.'],
  [{ template, actions: [] }, `.actions: actions is an object of lists: ${ACTIONS}.`],
  [{ template, actions: { postrender: {} } }, '.actions.postrender: A list of actions is a list.'],
  [
    { template, actions: { postrender: [{}] } },
    '.actions.postrender.0.module: The module of an action is missing; it is text.',
  ],
  [
    { template, actions: { postrender: [''] } },
    '.actions.postrender.0: An action is an object with a module.',
  ],
])('the invalid nexrender job %j is refused with a sentence', (job, sentence) => {
  const { error } = contract.submitJobInput.safeParse({ job });
  if (error === undefined) throw new Error('It was accepted.');
  expect(sentenceOf(error)).toBe(`job${sentence}`);
});

test.each(['ada ', ' ada', '-ada', 'a da\u00a0', 'ada\u200b', ''])(
  '%j is refused as a name, because it looks like another name',
  (name) => {
    expect(contract.userNameSchema.safeParse(name).success).toBe(false);
  },
);

test.each(['a', 'ada', 'ada.b@c-d_e', 'Ada B', 'x'.repeat(64), '佐藤', 'ada-'])(
  '%j is a valid name',
  (name) => {
    expect(contract.userNameSchema.safeParse(name).success).toBe(true);
  },
);
