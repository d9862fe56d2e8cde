/*
 * nexrender renders and writes in the job's own folder, whatever an action does to the job. An
 * action in each list sets each field, and the real core runs with a stand-in for aerender.
 */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aHost } from './a-render.ts';

const host = ofEachTest(aHost);
beforeEach(() => mkdir(elsewhere()));

const REQUIRES = "const fs = require('node:fs'), path = require('node:path');";
const elsewhere = () => join(host.base, 'elsewhere');
const copy = () => ({ module: '@nexrender/action-copy', output: host.output });

/** Runs the body as a local module in a list. `out` is a path outside of the job's folder. */
async function renderWith(list: string, body: string, actions: object = { postrender: [copy()] }) {
  const out = JSON.stringify(join(elsewhere(), 'final.avi'));
  const module = await host.writeModule('setter', `${REQUIRES} const out = ${out}; ${body}`);
  const job = { ...host.job, actions: { ...actions, [list]: [{ module }] } };
  const { end, observed } = await host.render(job, {
    actions: ['@nexrender/action-copy', module],
    localActions: [module],
  });
  const reason = end.kind === 'failed' ? end.reason : null;
  return { end, reason, observed, elsewhere: readdirSync(elsewhere()) };
}

const OUTSIDE = {
  output: ['job.output = out', 'job.output'],
  stepsOut: ["job.output = path.join(job.workpath, '..', '..', 'final.avi')", 'job.output'],
  relative: ["job.output = 'final.avi'", 'job.output'],
  expanded: [
    "process.env.OUT = '../../../../elsewhere'; job.output = job.workpath + '/$OUT/final.avi'",
    'job.output',
  ],
  later: ['setTimeout(() => { job.output = out; }, 1)', 'job.output'],
  getter: [
    `let n = 0; const own = job.output;
     Object.defineProperty(job, 'output', { get: () => (n++ < 6 ? own : out), set() {} })`,
    'output',
  ],
  linkedFolder: [
    `fs.symlinkSync(path.dirname(out), path.join(job.workpath, 'link'));
     job.output = path.join(job.workpath, 'link', 'final.avi')`,
    'A link leads ',
  ],
  stepsBackFromLink: [
    `fs.symlinkSync(path.dirname(out), path.join(job.workpath, 'link'));
     job.output = job.workpath + '/link/../final.avi'`,
    'job.output',
  ],
  stepsBackFromVariable: [
    "process.env.OUT = '../../../../elsewhere/x'; job.output = job.workpath + '/$OUT/../final.avi'",
    'job.output',
  ],
  linkedFile: ['fs.symlinkSync(out, job.output)', 'A link leads '],
  linkedWhenAsked: [
    `job.onChange = (_, state) => {
       if (state === 'render:dorender') fs.symlinkSync(out, job.output);
     };`,
    'A link leads ',
  ],
  linkedVariant: ["fs.symlinkSync(out, job.output.replace('.avi', '.mov'))", 'A link leads '],
  workpath: ['job.workpath = path.dirname(out)', 'job.workpath'],
  uid: ["job.uid = '../../elsewhere'", 'job.uid'],
  settings: ["settings.aeParams = ['output ' + out]", 'settings.aeParams'],
  binary: ["settings.binary = '/bin/true'", 'settings.binary'],
} as const;

test.each(
  ['predownload', 'postdownload', 'prerender'].flatMap((list) =>
    Object.entries(OUTSIDE).map(([name, [body, field]]) => ({ list, name, body, field })),
  ),
)('$name in $list: nothing is rendered outside of the job’s folder', async (one) => {
  const { reason, elsewhere } = await renderWith(one.list, one.body);
  expect(elsewhere).toEqual([]);
  expect(existsSync(join(host.base, 'final.avi'))).toBe(false);
  expect(reason).toContain(one.field);
});

test.each(['template', 'assets[1]'])(
  'a name of %s that leads out of the job’s folder downloads nothing',
  async (source) => {
    const names = [`${source}.name = '../../../elsewhere/x'`, `${source}.extension = '/../../x'`];
    for (const change of names) {
      const { reason, elsewhere } = await renderWith('predownload', `job.${change};`);
      expect(elsewhere).toEqual([]);
      expect(reason).toMatch(/^The action .* failed: .*(name|extension) was set to/);
    }
  },
);

test('the error names the action and the field, and says what to do', async () => {
  const { reason } = await renderWith('prerender', 'job.output = out');
  expect(reason).toBe(
    `The action ${join(host.base, 'setter.cjs')} failed: job.output was set to ` +
      `${join(elsewhere(), 'final.avi')}, but it lies in the job’s own folder: ` +
      'publish with @nexrender/action-copy in postrender.',
  );
});

test('an onChange that changes the name of a source downloads nothing outside', async () => {
  const { reason, elsewhere } = await renderWith(
    'predownload',
    "job.onChange = () => { job.template.name = '../../../../elsewhere/x'; };",
  );
  expect({ reason, elsewhere }).toEqual({
    reason: expect.stringContaining('template.name was set to'),
    elsewhere: [],
  });
});

test.each([
  ['link/x.avi', "fs.symlinkSync(path.dirname(out), path.join(job.workpath, 'link'))"],
  ['x.avi', "fs.symlinkSync(out, path.join(job.workpath, 'x.avi'))"],
  [
    'folder',
    `fs.mkdirSync(path.join(job.workpath, 'folder'));
     fs.symlinkSync(out, path.join(job.workpath, 'folder', path.basename(job.output)))`,
  ],
])('a copy to %s in the job’s folder does not write through a link', async (output, body) => {
  const actions = { postrender: [{ module: '@nexrender/action-copy', output }] };
  const { reason, elsewhere } = await renderWith('prerender', body, actions);
  expect({ reason, elsewhere }).toEqual({
    reason: expect.stringMatching(/^The action @nexrender\/action-copy failed: A link leads /),
    elsewhere: [],
  });
});

test('an action may name another output in the job’s folder, and change the template', async () => {
  const { end } = await renderWith(
    'prerender',
    `job.output = path.join(job.workpath, 'other.avi');
     const dest = path.join(job.workpath, 'unpacked.aep');
     fs.copyFileSync(job.template.dest, dest);
     job.template.dest = dest;`,
  );
  expect(end).toEqual({ kind: 'completed' });
  expect(existsSync(host.output)).toBe(true);
});

test('an action after the render may name the file that the next action reads', async () => {
  const module = await host.writeModule(
    'namer',
    `${REQUIRES}
     const other = path.join(job.workpath, 'smaller.avi');
     fs.copyFileSync(job.output, other);
     job.output = other;`,
  );
  const actions = ['@nexrender/action-copy', module];
  const { end } = await host.render(host.withActions({ module }, copy()), { actions });
  expect(end).toEqual({ kind: 'completed' });
});

test('an action after the render may not name a file outside of the job’s folder', async () => {
  const module = await host.writeModule('leaver', "job.output = '/etc/hostname';");
  const actions = ['@nexrender/action-copy', module];
  const { end } = await host.render(host.withActions({ module }, copy()), { actions });
  expect(end).toMatchObject({
    kind: 'failed',
    reason: expect.stringContaining('job.output was set to /etc/hostname, but it lies in '),
  });
  expect(existsSync(host.output)).toBe(false);
});
