/* Each failure with its cause. Long because: it is one table of failures. */
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Misbehaviour, SampleProject } from '@renderdeck/aerender-stand-in';
import type { FailureKind } from '@renderdeck/domain';
import { afterEach, expect, test } from 'vitest';
import { canMount, runInNamespaces } from '../../testing/in-namespaces.ts';
import { serve } from '../../testing/stores/serve.ts';
import { aHost } from './a-render.ts';

let host: Host;
afterEach(() => host.remove());

const failed = (reason: RegExp, failure: FailureKind) => ({
  kind: 'failed',
  reason: expect.stringMatching(reason),
  failure,
});
const COPY = '@nexrender/action-copy';
const template = (src: string) => ({ template: { src, composition: 'main' } });

test.each<[string, SampleProject, FailureKind, RegExp]>([
  [
    'that fails',
    { misbehave: 'fails' },
    'unknownError',
    /^After Effects reported an error: After Effects error: the stand-in was asked to fail\.$/,
  ],
  [
    'that dies silently',
    { misbehave: 'dies-silently' },
    'noReason',
    /^aerender ended with exit code 1 and named no error; its last lines are in the log\.$/,
  ],
  [
    'that writes nothing',
    { misbehave: 'writes-nothing' },
    'noReason',
    /^aerender ended without an error but wrote no output file\. Check outputModule and outputExt/,
  ],
  [
    'without the composition',
    { compositions: ['other'] },
    'project',
    /^After Effects reported an error: No comp was found with the given name: main$/,
  ],
])(
  'aerender %s fails the render with a sentence that says so',
  async (_, project, failure, reason) => {
    host = await aHost(project);
    const { end, observed, published, removal } = await host.render(host.job);
    expect({ end, gates: observed.gates, published, leftovers: removal.leftovers }).toEqual({
      end: failed(reason, failure),
      gates: 0,
      published: false,
      leftovers: [],
    });
  },
);

test('a render of a sequence fails only when aerender wrote no pictures', async () => {
  const ends = async (misbehave: Misbehaviour[]) => {
    host = await aHost({ misbehave });
    const copy = { module: COPY, input: 'result_00003.png', output: host.output };
    const { end, observed } = await host.render(host.ofPictures('png', copy));
    return { end, gates: observed.gates };
  };
  expect(await ends([])).toEqual({ end: { kind: 'completed' }, gates: 1 });
  await host.remove();
  expect(await ends(['writes-nothing'])).toEqual({
    end: failed(/^aerender ended without an error but wrote no output file\./, 'noReason'),
    gates: 0,
  });
});

test('the end of aerender by a signal from outside is no error of the project', async () => {
  host = await aHost({ misbehave: 'stalls' });
  const { render, observed, finish } = await host.start(host.job, {});
  render.go();
  await expect.poll(() => observed.percents.at(-1), { timeout: 60_000 }).toBe(50);
  const aerender = (await render.members()).find(({ name }) => name === 'aerender');
  if (aerender !== undefined) process.kill(aerender.pid, 'SIGKILL');
  expect(await render.ended).toEqual(
    // Meanwhile another test may run out of memory in a cgroup below this test's cgroup.
    failed(/^aerender was ended by (another program or by )?the system.*\(SIGKILL\)/, 'killed'),
  );
  expect((await finish()).stop.survivors).toEqual([]);
});

type Host = Awaited<ReturnType<typeof aHost>>;
test.each<[string, (host: Host) => Promise<string | null>, RegExp, FailureKind]>([
  [
    'not known',
    async () => null,
    /^No After Effects was found on this host\. Set RENDERDECK_AERENDER/,
    'missingProgram',
  ],
  [
    'not there',
    async ({ base }) => join(base, 'missing', 'aerender'),
    /^There is no aerender at .*missing.aerender\. Set RENDERDECK_AERENDER/,
    'missingProgram',
  ],
  ['a folder', async ({ base }) => base, /^There is no aerender at /, 'missingProgram'],
  [
    'not executable',
    async ({ aerender }) => {
      await chmod(aerender, 0o644);
      return aerender;
    },
    /^The worker may not start .*aerender: it is not executable/,
    'rights',
  ],
  [
    'without its startup script',
    async ({ aerender, base }) => {
      await rm(join(base, 'ae', 'Scripts'), { recursive: true });
      return aerender;
    },
    /commandLineRenderer\.jsx is missing; nexrender needs it beside aerender/,
    'missingProgram',
  ],
])('an aerender that is %s is named in the reason', async (_name, spoil, reason, failure) => {
  host = await aHost();
  const aerender = await spoil(host);
  expect((await host.render(host.job, { aerender })).end).toEqual(failed(reason, failure));
});

test('a template or asset that cannot be read is named with its field and path', async () => {
  host = await aHost();
  const missing = join(host.base, 'größe.aep');
  expect(
    (await host.render({ ...host.job, ...template(pathToFileURL(missing).href) })).end,
  ).toEqual(
    failed(/^template\.src \(.*größe\.aep\) could not be read: there is no such file\.$/, 'source'),
  );
  const folder = join(host.base, 'folder.png');
  await mkdir(folder);
  const assets = [{ type: 'image', layerName: 'x', src: pathToFileURL(folder).href }];
  expect((await host.render({ ...host.job, assets })).end).toEqual(
    failed(/^assets\[0\]\.src \(.*folder\.png\) could not be read: it is a folder\.$/, 'source'),
  );
});

test('a template by http renders; its error is shown without the password', async () => {
  host = await aHost();
  const server = await serve((response, { url = '' }) => {
    response.statusCode = /^\/(sample\.aep|logo)/.test(url) ? 200 : 404;
    response.end(JSON.stringify({ standIn: { frames: 3, frameMs: 1 } }));
  });
  const { port } = server;
  const at = (path: string) => template(`http://maria:hidden@127.0.0.1:${port}${path}`);

  const assets = [
    { type: 'image', layerName: 'logo', src: `http://127.0.0.1:${port}/logo.png?token=hidden` },
  ];
  const rendered = await host.render({ ...host.job, ...at('/sample.aep'), assets });
  expect({ end: rendered.end, published: rendered.published }).toEqual({
    end: { kind: 'completed' },
    published: true,
  });
  expect(rendered.observed.lines.join('\n')).toContain('Downloading asset http://•••@127.0.0.1');
  expect(rendered.observed.lines.join('\n')).not.toContain('hidden');

  const refused = await host.render({ ...host.job, ...at('/other.aep') });
  const why = 'could not be downloaded: the server answered 404 Not Found.';
  expect(refused.end).toEqual({
    ...{ kind: 'failed', failure: 'source' },
    reason: `template.src (http://•••@127.0.0.1:${port}/other.aep) ${why}`,
  });
  await server.close();
});

test('a failed action is named with its error', async () => {
  host = await aHost();
  await writeFile(join(host.base, 'out'), 'a file where the folder should be');
  expect((await host.render(host.job)).end).toEqual(
    failed(/^The action @nexrender\/action-copy failed: .*(EEXIST|ENOTDIR)/, 'action'),
  );
});

test('an action that is not allowed runs nothing', async () => {
  host = await aHost();
  const job = (module: string) => host.withActions({ module, output: 'x' });
  expect((await host.render(job('@nexrender/action-upload'))).end).toEqual(
    failed(
      /^The action @nexrender\/action-upload is not allowed on this host; RENDERDECK_ACTIONS/,
      'refused',
    ),
  );
  expect((await host.render(job('toString'))).end).toEqual(
    failed(/^The action toString is not allowed/, 'refused'),
  );
});

test.skipIf(!canMount())(
  'a full disk is reported as a full disk (needs the right to mount)',
  async () => {
    host = await aHost();
    expect(
      await runInNamespaces(['--mount'], new URL('render-on-full-disk.ts', import.meta.url), []),
    ).toEqual(
      failed(/^The disk of the scratch folder is full: .*ENOSPC.*\. Free some space\.$/, 'disk'),
    );
  },
);
