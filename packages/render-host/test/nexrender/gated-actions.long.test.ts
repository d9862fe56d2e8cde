/*
 * Every action that may leave the host asks the second publish gate first, in each list of actions,
 * even if another action added it while the job ran. The test plays the daemon.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aHost } from './a-render.ts';

const COPY = '@nexrender/action-copy';
const LISTS = ['predownload', 'postdownload', 'prerender', 'postrender'] as const;

const host = ofEachTest(aHost);

/** Writes a module that leaves the host: it writes the name of the list that it ran in. */
const writeLeaver = () =>
  host.writeModule(
    'leaver',
    `require('node:fs').appendFileSync(${JSON.stringify(left())}, type + ' ');`,
  );
const left = () => join(host.base, 'left');
const whatLeft = () => (existsSync(left()) ? readFileSync(left(), 'utf8') : '');
const withActions = (actions: object) => ({ ...host.job, actions });
const NO = { mayPublish: async () => 'no' as const };

test.each(LISTS)('a module in %s runs only after a yes of the second gate', async (list) => {
  const module = await writeLeaver();
  const job = withActions({ [list]: [{ module }] });
  const no = await host.render(job, { actions: [module], publishing: NO });
  expect([no.end.kind, whatLeft(), no.observed.asked]).toEqual(['gateClosed', '', [null]]);

  const seen: string[] = [];
  const yes = await host.render(job, {
    actions: [module],
    publishing: {
      mayPublish: async () => {
        seen.push(whatLeft());
        return 'yes';
      },
    },
  });
  expect([yes.end.kind, whatLeft(), seen]).toEqual(['completed', `${list} `, ['']]);
});

test('a module before the render asks only the second gate', async () => {
  const module = await writeLeaver();
  const { end, observed } = await host.render(withActions({ prerender: [{ module }] }), {
    actions: [module],
  });
  expect(end).toEqual({ kind: 'completed' });
  expect(observed).toMatchObject({ gates: 0, asked: [null] });
  expect(observed.phases).toEqual(['downloading', 'preparing', 'launching', 'rendering']);
});

test.each(LISTS)('a module of RENDERDECK_LOCAL_ACTIONS asks no gate in %s', async (list) => {
  const module = await writeLeaver();
  const { end, observed } = await host.render(withActions({ [list]: [{ module }] }), {
    actions: [module],
    localActions: [module],
    publishing: NO,
  });
  expect([end.kind, whatLeft()]).toEqual(['completed', `${list} `]);
  expect(observed).toMatchObject({ gates: 0, asked: [] });
});

test('an action that a local module adds to a later list asks both gates', async () => {
  const leaver = await writeLeaver();
  const pusher = await host.writeModule(
    'pusher',
    `job.actions = { postrender: [{ module: ${JSON.stringify(leaver)} }] };`,
  );
  const job = withActions({ prerender: [{ module: pusher }] });
  const options = { actions: [pusher, leaver], localActions: [pusher] };
  const first = await host.render(job, {
    ...options,
    publishing: { passGate: async () => 'no' },
  });
  expect([first.end.kind, first.observed.gates, whatLeft()]).toEqual(['gateClosed', 1, '']);
  const second = await host.render(job, { ...options, publishing: NO });
  expect([second.end.kind, second.observed.asked, whatLeft()]).toEqual(['gateClosed', [null], '']);
  const yes = await host.render(job, options);
  expect([yes.end.kind, yes.observed.gates, whatLeft()]).toEqual(['completed', 1, 'postrender ']);
});

test.each([
  ['is not allowed', 'job.actions.postrender.push({ module: other });'],
  ['is not allowed', 'job.actions = { postrender: [{ module: other }] };'],
  ['may not change settings.actions', 'settings.actions = {}; '],
  ['may not change settings.actions', 'settings.actions[other] = async () => {};'],
  ['may not change settings.actions', 'delete settings.actions[other];'],
])('no way lets a module outside of the allow list run: it %s, after %s', async (why, body) => {
  const other = await writeLeaver();
  const pusher = await host.writeModule(
    'pusher',
    `const other = ${JSON.stringify(other)}; ${body}`,
  );
  const job = withActions({ prerender: [{ module: pusher }], postrender: [] });
  const { end } = await host.render(job, { actions: [pusher], localActions: [pusher] });
  expect(end).toMatchObject({ kind: 'failed', reason: expect.stringContaining(why) });
  expect(whatLeft()).toBe('');
});

test('a copy or an encoding that was not in the checked job asks before it runs', async () => {
  const pusher = await host.writeModule(
    'pusher',
    `job.actions.postrender[0].output = 'other.avi';
     job.actions.postrender.push({ module: ${JSON.stringify(COPY)}, output: 'new.avi' });`,
  );
  const job = withActions({
    prerender: [{ module: pusher }],
    postrender: [
      { module: COPY, output: 'checked.avi' },
      { module: COPY, output: 'also-checked.avi' },
    ],
  });
  const options = { actions: [pusher, COPY], localActions: [pusher] };
  const yes = await host.render(job, options);
  expect(yes.end).toEqual({ kind: 'completed' });
  expect(yes.observed).toMatchObject({ gates: 1, asked: [null, null] });
});

const REPLACED = 'job.actions = { postrender: [...job.actions.postrender].filter(isLeaver) };';
const FROZEN =
  'const { actions } = job; ' +
  "Object.defineProperty(job, 'actions', { configurable: true, get: () => actions, set() {} });";

test.each([
  ['changes nothing', ''],
  ['replaces the actions', REPLACED],
  [
    'removes actions from the list',
    'job.actions.postrender = job.actions.postrender.filter(isLeaver);',
  ],
  ['restores the earlier actions', FROZEN],
])('an action that sets an onChange which %s hides no phase and no gate', async (_, body) => {
  const leaver = await writeLeaver();
  const setter = await host.writeModule(
    'setter',
    `const isLeaver = ({ module }) => module === ${JSON.stringify(leaver)};
     job.onChange = (_, state) => {
       require('node:fs').appendFileSync(${JSON.stringify(join(host.base, 'states'))}, state);
       if (state === 'render:postrender') { ${body} }
     };`,
  );
  const job = withActions({
    predownload: [{ module: setter }],
    postrender: [{ module: leaver }],
  });
  const { end, observed } = await host.render(job, {
    actions: [setter, leaver],
    localActions: [setter],
    publishing: { passGate: async () => 'no' },
  });
  expect([end.kind, whatLeft(), observed.gates]).toEqual(['gateClosed', '', 1]);
  expect(observed.phases).toEqual(['downloading', 'preparing', 'launching', 'rendering', 'gate']);
  expect(readFileSync(join(host.base, 'states'), 'utf8')).toContain('render:dorender');
});
