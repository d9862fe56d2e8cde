/*
 * How an output gets its final name: completely or not at all, first as a part beside its place,
 * and only after the second publish gate. The test plays the daemon and reads the output folder.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, open, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ofEachTest } from '../../testing/of-each-test.ts';
import { aHost, JOB_ID } from './a-render.ts';

const COPY = '@nexrender/action-copy';
const host = ofEachTest(aHost);
/** False when the process has ended since it was listed. */
function freeze(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGSTOP');
  } catch {
    return false;
  }
}
const list = () => (existsSync(host.out) ? readdirSync(host.out).sort() : []);

test('the part is announced before it exists, and only the part exists before gate 2', async () => {
  const seen: Record<string, readonly string[]> = {};
  const { end, observed } = await host.render(host.job, {
    publishing: {
      recordPart: async () => {
        seen.announced = list();
        return 'yes';
      },
      mayPublish: async () => {
        seen.asked = list();
        return 'yes';
      },
    },
  });
  expect(end).toEqual({ kind: 'completed' });
  const [part = ''] = observed.parts;
  expect(basename(part)).toMatch(/^\.result\.avi\.[0-9a-f-]{36}\.part$/);
  expect(seen).toEqual({ announced: [], asked: [basename(part)] });
  expect(list()).toEqual(['result.avi']);
  expect(observed).toMatchObject({ gates: 1, asked: [null], published: [host.output] });
});

test('a no of the second gate leaves the old output unchanged', async () => {
  await mkdir(host.out);
  await writeFile(host.output, 'of an earlier attempt');
  const { end, observed } = await host.render(host.job, {
    publishing: { mayPublish: async () => 'no' },
  });
  expect(end).toEqual({ kind: 'gateClosed' });
  expect(readFileSync(host.output, 'utf8')).toBe('of an earlier attempt');
  expect(observed.published).toEqual([]);
  expect(list().length).toBe(2); // the daemon removes the part once the tree is dead
});

test('a part that is not on record is not written', async () => {
  const { end } = await host.render(host.job, { publishing: { recordPart: async () => 'no' } });
  expect({ end, files: list() }).toEqual({ end: { kind: 'gateClosed' }, files: [] });
});

test('the render asks again after `again`, and after a yes that came too late', async () => {
  const answers = ['again', 'late', 'yes'];
  const { end, observed, published } = await host.render(host.job, {
    publishing: {
      mayPublish: async () => {
        const answer = answers.shift();
        if (answer === 'late') await new Promise((resolve) => setTimeout(resolve, 1100));
        return answer === 'again' ? 'again' : 'yes';
      },
    },
  });
  expect({ end, published }).toEqual({ end: { kind: 'completed' }, published: true });
  // On a busy machine another yes may come too late, too.
  expect(observed.asked.length).toBeGreaterThanOrEqual(3);
});

test('a render that was frozen between the yes and the rename does not use the yes', async () => {
  const frozen: number[] = [];
  let asked = 0;
  const started = await host.start(host.job, {
    publishing: {
      mayPublish: async () => {
        asked += 1;
        if (asked > 1) return 'no';
        frozen.push(...(await started.render.members()).map(({ pid }) => pid).filter(freeze));
        return 'yes';
      },
    },
  });
  started.render.go();
  await vi.waitUntil(() => frozen.length > 0, { timeout: 60_000 });
  await new Promise((resolve) => setTimeout(resolve, 1100)); // longer than a yes counts
  for (const pid of frozen) process.kill(pid, 'SIGCONT');
  expect(await started.render.ended).toEqual({ kind: 'gateClosed' });
  expect({ asked, published: existsSync(host.output) }).toEqual({ asked: 2, published: false });
  await started.finish();
});

test('a render whose host slept between the yes and the rename does not use the yes', async () => {
  // From its second reading on, the render's boot clock is 40 s ahead.
  const sleeper = await host.writeModule(
    'sleeper',
    `const os = require('node:os');
     const { uptime } = os;
     let readings = 0;
     os.uptime = () => uptime() + (readings++ === 0 ? 0 : 40);
     require('node:module').syncBuiltinESMExports();`,
  );
  const job = host.withActions({ module: sleeper }, { module: COPY, output: host.output });
  const { end, observed } = await host.render(job, {
    actions: [COPY, sleeper],
    localActions: [sleeper],
  });
  expect(end).toEqual({ kind: 'completed' });
  expect(observed.asked.length).toBeGreaterThanOrEqual(2);
});

test('a render that is killed while it copies leaves the old output unchanged', async () => {
  await mkdir(host.out);
  await writeFile(host.output, 'of an earlier attempt');
  const pipe = join(host.base, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const job = host.withActions({ module: COPY, input: 'pipe', output: host.output });
  const started = await host.start(job);
  // nexrender gives its work folder the name of the attempt.
  const workPath = join(started.scratch.workPath, started.scratch.attemptId);
  await mkdir(workPath, { recursive: true });
  await symlink(pipe, join(workPath, 'pipe'));
  started.render.go();
  const source = await open(pipe, 'w'); // resolves when the copy has opened the pipe for reading
  await source.write(Buffer.alloc(4_000_000));
  const { stop } = await started.finish();
  await source.close();
  expect(stop.survivors).toEqual([]);
  expect(readFileSync(host.output, 'utf8')).toBe('of an earlier attempt');
  const [part = ''] = started.observed.parts;
  expect(list()).toEqual([basename(part), 'result.avi'].sort());
});

test('an output in the job’s own folder is not published: no gate, no part', async () => {
  const { end, observed } = await host.render(
    host.withActions({ module: COPY, output: 'copy.avi' }),
  );
  expect(end).toEqual({ kind: 'completed' });
  expect(observed).toMatchObject({ gates: 0, parts: [], asked: [], published: [] });
});

test('a module that may leave the host runs after the second gate', async () => {
  const uploaded = join(host.base, 'uploaded');
  const write = `require('node:fs').writeFileSync(${JSON.stringify(uploaded)}, '')`;
  const module = await host.writeModule('upload', write);
  const actions = [COPY, module];
  const no = await host.render(host.withActions({ module }), {
    actions,
    publishing: { mayPublish: async () => 'no' },
  });
  expect([no.end.kind, existsSync(uploaded)]).toEqual(['gateClosed', false]);
  const yes = await host.render(host.withActions({ module }), { actions });
  expect([yes.end.kind, existsSync(uploaded)]).toEqual(['completed', true]);
  expect(yes.observed).toMatchObject({ gates: 1, asked: [null], parts: [], published: [] });
});

test('an output that is a folder gets a file named after the input or the job', async () => {
  await mkdir(host.out);
  const { end } = await host.render(
    host.withActions(
      { module: COPY, output: host.out },
      { module: COPY, output: host.out, useJobId: true },
    ),
  );
  expect(end).toEqual({ kind: 'completed' });
  expect(list()).toEqual([`${JOB_ID}.avi`, 'result.avi']);
});

test('a name with the greatest length of a file system gets a shorter part', async () => {
  const output = join(host.out, `${'é'.repeat(120)}.avi`);
  const { end, observed } = await host.render(host.withActions({ module: COPY, output }));
  expect(end).toEqual({ kind: 'completed' });
  expect(list()).toEqual([basename(output)]);
  expect(Buffer.byteLength(basename(observed.parts[0] ?? ''))).toBeLessThan(256);
});

test('several outputs are published one after the other, with a warning for the job', async () => {
  const again = join(host.out, 'again.avi');
  const { observed } = await host.render(
    host.withActions({ module: COPY, output: host.output }, { module: COPY, output: again }),
  );
  const warning =
    'This job publishes 2 outputs, one after the other. ' +
    'If an attempt ends in between, only some of them are its own.';
  expect(observed).toMatchObject({ asked: [warning, warning], published: [host.output, again] });
});

test('an output folder that became a link after the check is refused', async () => {
  await mkdir(join(host.base, 'elsewhere'));
  await symlink(join(host.base, 'elsewhere'), host.out);
  const { end } = await host.render(host.job);
  expect(end).toMatchObject({ kind: 'failed', reason: expect.stringContaining('leads to') });
  expect(readdirSync(join(host.base, 'elsewhere'))).toEqual([]);
});

test('an output of an earlier attempt stays, and the render completes', async () => {
  await mkdir(host.out);
  await writeFile(host.output, 'of an earlier attempt');
  const { end, observed } = await host.render(
    host.withActions(
      { module: COPY, output: host.output },
      { module: COPY, output: `${host.out}/b.avi` },
    ),
    { publishing: { mayPublish: async ({ isLast }) => (isLast ? 'yes' : 'isOut') } },
  );
  expect(end).toEqual({ kind: 'completed' });
  expect(readFileSync(host.output, 'utf8')).toBe('of an earlier attempt');
  expect(observed.published).toEqual([`${host.out}/b.avi`]);
});

test('a question says what is published, how to recognise it, and if it is last', async () => {
  const [local, upload] = [
    await host.writeModule('local', ''),
    await host.writeModule('upload', ''),
  ];
  const outputs = [host.output, `${host.out}/b.avi`];
  const [first, second] = outputs.map((output) => ({ module: COPY, output }));
  const { end, observed } = await host.render(
    host.withActions({ ...first }, { module: upload }, { ...second }, { module: local }),
    { actions: [COPY, upload, local], localActions: [local] },
  );
  expect(end).toEqual({ kind: 'completed' });
  const fileAt = (index: number, isLast: boolean) => ({
    ...{ what: outputs[index], isModule: false, isLast },
    move: { kind: 'file', part: observed.parts[index], path: outputs[index] },
  });
  expect(observed.questions).toMatchObject([
    fileAt(0, false),
    { what: upload, isModule: true, isLast: false, move: null },
    fileAt(1, true),
  ]);
  const { move } = observed.questions[2] ?? {};
  const sha256 = createHash('sha256')
    .update(readFileSync(outputs[1] ?? ''))
    .digest('hex');
  const { ino, size, mtimeNs } = statSync(outputs[1] ?? '', { bigint: true });
  const identity = { inode: String(ino), size: Number(size), modifiedNs: String(mtimeNs) };
  expect(move).toMatchObject({ identity, sha256 });
});
