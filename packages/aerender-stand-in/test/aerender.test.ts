import { readdir, writeFile } from 'node:fs/promises';
import { afterEach, expect, test } from 'vitest';
import { aStandIn } from './run-stand-in.ts';

let standIn: Awaited<ReturnType<typeof aStandIn>>;
afterEach(() => standIn.remove());

test('it says that it is a stand-in, then prints aerender’s lines for each frame', async () => {
  standIn = await aStandIn();
  const { lines, code } = await standIn.render('out.avi');
  expect(code).toBe(0);
  expect(lines.slice(0, 2)).toEqual([
    'aerender version 0.0x0 (Renderdeck stand-in, not After Effects)',
    'PROGRESS: Launching After Effects...',
  ]);
  expect(lines).toEqual(
    expect.arrayContaining([
      'PROGRESS:  Start: 0:00:00:00',
      'PROGRESS:  Duration: 0:00:00:08',
      'PROGRESS:  Frame Rate: 25.00 (comp)',
    ]),
  );
  expect(lines.filter((line) => /\(\d+\): \d+ Seconds$/.test(line))).toHaveLength(8);
  expect(lines.at(-1)).toMatch(/^PROGRESS: {2}Total Time Elapsed: \d+ Seconds$/);
});

test('the last frame waits for the file that the project names', async () => {
  standIn = await aStandIn();
  const waitsFor = `${standIn.folder}/go`;
  await standIn.writeProject(JSON.stringify({ standIn: { frames: 3, frameMs: 1, waitsFor } }));
  let ended = false;
  const render = standIn.render('out.avi').finally(() => {
    ended = true;
  });
  await expect.poll(() => standIn.read('out.avi').then(({ length }) => length)).toBeGreaterThan(0);
  expect(ended).toBe(false);
  await writeFile(waitsFor, '');
  const { lines, code } = await render;
  expect(code).toBe(0);
  expect(lines.filter((line) => /\(\d+\): \d+ Seconds$/.test(line))).toHaveLength(3);
});

test('an .avi has the frames, size and index that a player needs; its frames differ', async () => {
  standIn = await aStandIn();
  await standIn.render('out.avi');
  const file = await standIn.read('out.avi');
  expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 12)).toBe('RIFFAVI ');
  expect(file.readUInt32LE(4)).toBe(file.length - 8);
  const movi = file.indexOf('movi');
  const frames: Buffer[] = [];
  let at = movi + 4;
  for (; file.toString('latin1', at, at + 4) === '00db'; at += 8 + file.readUInt32LE(at + 4))
    frames.push(file.subarray(at + 8, at + 8 + file.readUInt32LE(at + 4)));
  expect(frames.map((frame) => frame.length)).toEqual(Array(8).fill(160 * 90 * 3));
  expect(new Set(frames.map((frame) => frame.toString('base64'))).size).toBe(8);
  expect(file.toString('latin1', at, at + 4)).toBe('idx1');
  expect(file.readUInt32LE(at + 4)).toBe(file.length - at - 8);
});

test('a .mov has its frames in one data atom and a movie atom that describes them', async () => {
  standIn = await aStandIn();
  await standIn.render('out.mov');
  const file = await standIn.read('out.mov');
  const atoms: string[] = [];
  let end = 0;
  for (; end < file.length; end += file.readUInt32BE(end))
    atoms.push(file.toString('latin1', end + 4, end + 8));
  expect(atoms).toEqual(['ftyp', 'mdat', 'moov']);
  expect(end).toBe(file.length);
  expect(file.readUInt32BE(file.indexOf('stco') + 12)).toBe(28);
});

test('an output name with [####] gives a PNG sequence, numbered from the first frame', async () => {
  standIn = await aStandIn();
  await standIn.render('still_[####].png', ['-s', '3', '-e', '5']);
  expect((await readdir(standIn.folder)).filter((name) => name.startsWith('still'))).toEqual([
    'still_0003.png',
    'still_0004.png',
    'still_0005.png',
  ]);
  expect((await standIn.read('still_0003.png')).toString('latin1', 1, 4)).toBe('PNG');
});

test('another extension gets AVI content and a line that says so', async () => {
  standIn = await aStandIn();
  const { lines } = await standIn.render('out.mp4');
  expect(lines.join('\n')).toContain('The stand-in writes AVI into this .mp4 file.');
  expect((await standIn.read('out.mp4')).toString('latin1', 0, 4)).toBe('RIFF');
});

test('unknown options are ignored, and -i 2 renders every second frame', async () => {
  standIn = await aStandIn();
  const { lines, code } = await standIn.render('out.avi', [
    '-mem_usage',
    '50',
    '50',
    '-i',
    '2',
    '-close',
    'SAVE_CHANGES',
    '-nonsense',
    '-OMtemplate',
    'Lossless',
  ]);
  expect(code).toBe(0);
  expect(lines).toContain('PROGRESS:  Duration: 0:00:00:08');
  expect(lines.filter((line) => /\(\d+\): /.test(line)).at(-1)).toMatch(/0:00:00:06 \(4\)/);
});

test('the environment wins over the project file', async () => {
  standIn = await aStandIn({ frames: 8 });
  const { lines } = await standIn.render('out.avi', [], {
    RENDERDECK_STAND_IN_FRAMES: '3',
    RENDERDECK_STAND_IN_FRAME_MS: '0',
  });
  expect(lines).toContain('PROGRESS:  Duration: 0:00:00:03');
});

test('a project that is not JSON, like a real .aep, renders with the defaults', async () => {
  standIn = await aStandIn();
  await standIn.writeProject('RIFX\0\0\0\0Egg!');
  const { lines, code } = await standIn.render('out.avi', [], {
    RENDERDECK_STAND_IN_FRAME_MS: '0',
  });
  expect([code, lines.includes('PROGRESS:  Duration: 0:00:04:00')]).toEqual([0, true]);
});

test.each([
  [
    'a damaged project',
    '{"standIn":',
    /aerender ERROR: After Effects error: the project is damaged/,
  ],
  [
    'a composition that does not exist',
    '{"standIn":{"compositions":["other"]}}',
    /aerender ERROR: No comp was found with the given name: main/,
  ],
])('%s gives an aerender ERROR and exit code 1', async (_name, project, error) => {
  standIn = await aStandIn();
  await standIn.writeProject(project);
  const { lines, code } = await standIn.render('out.avi');
  expect([code, lines.at(-1)]).toEqual([1, expect.stringMatching(error)]);
});

test('an output folder that does not exist gives an aerender ERROR', async () => {
  standIn = await aStandIn();
  const { lines, code } = await standIn.render('missing/out.avi');
  expect([code, lines.at(-1)]).toEqual([1, expect.stringMatching(/aerender ERROR: .*ENOENT/)]);
});
