/* A module of which the operator says that it only writes the file that `output` names. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aHost } from './a-render.ts';

const host = ofEachTest(aHost);
let module: string;
let stamped: string;
beforeEach(async () => {
  stamped = join(host.out, 'stamped.txt');
  const write = "require('node:fs').writeFileSync(action.output, action.text)";
  module = await host.writeModule('stamp', `if (action.text !== undefined) ${write};`);
});

const list = () => (existsSync(host.out) ? readdirSync(host.out) : []);
const render = (action: object, more: Parameters<typeof host.render>[1] = {}) =>
  host.render(host.withActions({ module, ...action }), {
    ...{ actions: [module], publishingActions: [module], ...more },
  });

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
  const change = "job.actions.postrender[0].text = 'another';";
  const changer = await host.writeModule('change', change);
  const postrender = [{ module, output: 'a', text: '' }];
  const { end, observed } = await host.render(
    { ...host.job, actions: { prerender: [{ module: changer }], postrender } },
    { actions: [module, changer], localActions: [changer], publishingActions: [module] },
  );
  expect(end).toEqual({ kind: 'completed' });
  expect(observed.questions).toMatchObject([{ isModule: true }]);
});
