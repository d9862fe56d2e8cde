/* A module of which the operator says that it only writes the file that `output` names. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aHost } from './a-render.ts';

let host: Awaited<ReturnType<typeof aHost>>;
let module: string;
let stamped: string;
beforeEach(async () => {
  host = await aHost();
  stamped = join(host.base, 'out', 'stamped.txt');
  module = join(host.base, 'stamp.cjs');
  await writeFile(
    module,
    `const fs = require('node:fs');
     module.exports = async (job, settings, { output, text }) => {
       if (text !== undefined) fs.writeFileSync(output, text);
       return job;
     };`,
  );
});
afterEach(() => host.remove());

const list = () => (existsSync(join(host.base, 'out')) ? readdirSync(join(host.base, 'out')) : []);
const render = (action: object, more: Parameters<typeof host.render>[1] = {}) =>
  host.render(
    { ...host.job, actions: { postrender: [{ module, ...action }] } },
    { actions: [module], publishingActions: [module], ...more },
  );

test('its output is published whole, after both gates, and the last one is known', async () => {
  const seen: string[][] = [];
  const { end, observed } = await render(
    { output: stamped, text: 'a stamp' },
    {
      publishing: {
        recordPart: async () => {
          seen.push(list());
          return 'yes';
        },
      },
    },
  );
  expect(end).toEqual({ kind: 'completed' });
  expect(seen, 'the module wrote nothing there').toEqual([[]]);
  expect(readFileSync(stamped, 'utf8')).toBe('a stamp');
  expect(observed).toMatchObject({ gates: 1, published: [stamped] });
  expect(observed.questions).toMatchObject([{ isModule: false, isLast: true }]);
});

test('after a no of the second gate nothing of it is out', async () => {
  const { end } = await render(
    { output: stamped, text: 'a stamp' },
    { publishing: { mayPublish: async () => 'no' } },
  );
  expect(end).toEqual({ kind: 'gateClosed' });
  expect(list()).not.toContain('stamped.txt');
});

test('a module that writes no file fails the job', async () => {
  const { end } = await render({ output: stamped });
  const why = 'it ended without an error but wrote no file';
  expect(end).toMatchObject({ kind: 'failed', reason: expect.stringContaining(why) });
});

test('with a name in the folder of the job it asks no gate', async () => {
  const { end, observed } = await render({ output: 'stamped.txt', text: 'a stamp' });
  expect(end).toEqual({ kind: 'completed' });
  expect(observed).toMatchObject({ gates: 0, questions: [], published: [] });
});

test('one that an action changed may do anything, so it asks before it runs', async () => {
  const changer = join(host.base, 'change.cjs');
  await writeFile(
    changer,
    `module.exports = async (job) => {
       job.actions.postrender[0].text = 'another';
       return job;
     };`,
  );
  const { end, observed } = await host.render(
    {
      ...host.job,
      actions: {
        prerender: [{ module: changer }],
        postrender: [{ module, output: 'a', text: '' }],
      },
    },
    {
      ...{ actions: [module, changer], localActions: [changer], publishingActions: [module] },
    },
  );
  expect(end).toEqual({ kind: 'completed' });
  expect(observed.questions).toMatchObject([{ isModule: true }]);
});
