import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Misbehaviour } from '@renderdeck/aerender-stand-in';
import { afterEach, expect, test, vi } from 'vitest';
import { aHost } from './a-render.ts';

let host: Awaited<ReturnType<typeof aHost>>;
afterEach(() => host.remove());

test('a job renders, passes the gate, and its output is copied out', async () => {
  host = await aHost();
  const { end, observed, stop, removal } = await host.render(host.job);
  expect({ end, lines: observed.lines.slice(-5) }).toMatchObject({ end: { kind: 'completed' } });
  expect(observed.phases).toEqual([
    'downloading',
    'preparing',
    'launching',
    'rendering',
    'gate',
    'publishing',
  ]);
  expect(observed.percents).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  expect(observed.lines).toContain(
    'aerender: aerender version 0.0x0 (Renderdeck stand-in, not After Effects)',
  );
  // nexrender does not read the pipes itself, so it keeps no output in memory.
  expect(observed.lines).not.toContainEqual(expect.stringContaining('rendering progress'));
  expect(observed.gates).toBe(1);
  expect((await readFile(host.output)).toString('latin1', 0, 4)).toBe('RIFF');
  expect(stop.survivors).toEqual([]);
  expect(removal).toMatchObject({ leftovers: [], goneAt: expect.any(String) });
});

test.each<[string, () => Promise<'no'>]>([
  ['that is closed', async () => 'no'],
  ['whose check fails', () => Promise.reject(new Error('no database'))],
])('a gate %s ends the render without publishing and without a failure', async (_, passGate) => {
  host = await aHost();
  const { end, published, observed } = await host.render(host.job, { publishing: { passGate } });
  const phase = observed.phases.at(-1);
  expect({ end, published, phase }).toEqual({
    ...{ end: { kind: 'gateClosed' }, published: false, phase: 'gate' },
  });
});

test('nothing is published before the gate answers', async () => {
  host = await aHost();
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const { render, finish } = await host.start(host.job, {
    publishing: {
      passGate: () => {
        asked();
        return new Promise(() => {});
      },
    },
  });
  render.go();
  await isAsked;
  const { stop } = await finish();
  expect(stop.survivors).toEqual([]);
  expect(existsSync(host.output)).toBe(false);
  expect(await render.ended).toMatchObject({
    kind: 'failed',
    reason: expect.stringMatching(/^The process of nexrender was ended by .*\(SIG\w+\)/),
  });
});

test('nothing of the job is touched before go', async () => {
  host = await aHost();
  const { render, scratch, observed, finish } = await host.start(host.job);
  expect([await readdir(scratch.workPath), observed.phases]).toEqual([[], []]);
  expect((await render.members()).length).toBe(1);
  await finish();
});

test('the tree is nexrender → aerender → AfterFX, by name and parent', async () => {
  host = await aHost({ misbehave: 'stalls' });
  const { render, observed, finish } = await host.start(host.job);
  render.go();
  await vi.waitUntil(() => observed.percents.at(-1) === 50, { timeout: 60_000 });
  const members = await render.members();
  const parentName = (parentPid: number) => members.find(({ pid }) => pid === parentPid)?.name;
  expect(
    Object.fromEntries(members.map(({ name, parentPid }) => [name, parentName(parentPid)])),
  ).toEqual({
    nexrender: undefined,
    aerender: 'nexrender',
    AfterFX: 'aerender',
  });
  const { stop, removal } = await finish();
  expect([stop.survivors, removal.leftovers]).toEqual([[], []]);
});

test.each<Misbehaviour>(['escapes', 'leaves-helper'])(
  'a render completes even if it %s, and the stop ends the processes that it left',
  async (misbehave) => {
    host = await aHost({ misbehave });
    const { render, finish } = await host.start(host.job);
    render.go();
    expect(await render.ended).toEqual({ kind: 'completed' });
    const { stop } = await finish();
    expect({ published: existsSync(host.output), survivors: stop.survivors }).toEqual({
      published: true,
      survivors: [],
    });
    // A launcher that adopts orphans kills them before it ends.
    const adopted = render.record.container?.kind === 'subreaper';
    expect(stop.processes.map(({ endedBy }) => endedBy)).toEqual(
      adopted ? [] : expect.arrayContaining(['SIGKILL']),
    );
    expect(await render.members()).toEqual([]);
  },
);

test('too much output is cut and counted, and the progress stays visible', async () => {
  host = await aHost({ misbehave: 'floods' });
  const { end, observed } = await host.render(host.job);
  expect(end).toEqual({ kind: 'completed' });
  expect(observed.percents.at(-1)).toBe(100);
  expect(observed.lines.length).toBeLessThan(3000);
  expect(observed.lines).toContainEqual(
    expect.stringMatching(/^aerender: … \d{4,} lines \(\d+ characters\) left out/),
  );
});

test('a job without postrender actions renders, asks no gate and publishes nothing', async () => {
  host = await aHost();
  const { end, observed, published } = await host.render({ ...host.job, actions: {} });
  expect({ end, gates: observed.gates, published }).toEqual({
    end: { kind: 'completed' },
    gates: 0,
    published: false,
  });
});

test('a sequence of pictures and a chain of actions run as in plain nexrender', async () => {
  host = await aHost();
  const second = join(host.base, 'out', 'again.png');
  const copy = { module: '@nexrender/action-copy' };
  const postrender = [
    { ...copy, input: 'result_00003.png', output: 'between.png' },
    { ...copy, input: 'between.png', output: second },
  ];
  const { end } = await host.render(host.ofPictures('png', ...postrender));
  expect(end).toEqual({ kind: 'completed' });
  expect((await readFile(second)).toString('latin1', 1, 4)).toBe('PNG');
});

test.skipIf(!hasFfmpeg())(
  'the encode action uses the host’s ffmpeg and downloads none (needs ffmpeg in PATH)',
  async () => {
    host = await aHost();
    const output = join(host.base, 'out', 'result.gif');
    await mkdir(join(host.base, 'out'));
    const encode = { module: '@nexrender/action-encode', preset: 'gif', output };
    const { end } = await host.render(host.withActions(encode));
    expect(end).toEqual({ kind: 'completed' });
    expect((await readFile(output)).toString('latin1', 0, 3)).toBe('GIF');
  },
);

function hasFfmpeg(): boolean {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => existsSync(join(folder, 'ffmpeg')));
}
