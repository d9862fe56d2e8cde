import { expect, test } from 'vitest';
import { countFrames, createAerenderReader } from './aerender-output.ts';

const read = (lines: string[], step?: number) => {
  const reader = createAerenderReader(step);
  return lines.map(reader).filter((event) => event !== null);
};
const HEAD = [
  'PROGRESS:  Start: 0:00:00:00',
  'PROGRESS:  End: 0:00:04:24',
  'PROGRESS:  Duration: 0:00:05:00',
  'PROGRESS:  Frame Rate: 25.00 (comp)',
];

test('progress comes from the number in parentheses, the duration and the frame rate', () => {
  expect(
    read([
      'PROGRESS: Launching After Effects...',
      ...HEAD,
      'PROGRESS:  0:00:02:11 (62): 3 Seconds',
      'PROGRESS:  0:00:04:24 (125): 0 Seconds',
    ]),
  ).toEqual([
    { kind: 'launching' },
    { kind: 'started' },
    { kind: 'progress', frame: 62, totalFrames: 125, percent: 49 },
    { kind: 'progress', frame: 125, totalFrames: 125, percent: 100 },
  ]);
});

test.each([
  [
    'drop-frame time',
    ['PROGRESS:  Duration: 0;01;00;02', 'PROGRESS:  Frame Rate: 29.97 (comp)'],
    'PROGRESS:  0;00;29;29 (900): 1 Seconds',
    1800,
  ],
  ['a number of frames', ['PROGRESS:  Duration: 150'], 'PROGRESS:  74 (75): 1 Seconds', 150],
  ['feet and frames', ['PROGRESS:  Duration: 0009+06'], 'PROGRESS:  0004+10 (75): 1 Seconds', 150],
  [
    'German words',
    ['PROGRESS:  Dauer: 0:00:05:00', 'PROGRESS:  Framerate: 25,00 (Komp)'],
    'PROGRESS:  0:00:02:11 (62): 3 Sekunden',
    125,
  ],
  ['a field mark', HEAD, 'PROGRESS:  0:00:02:11 (62L): 3 Seconds', 125],
])('the duration as %s is read too', (_name, head, line, totalFrames) => {
  expect(read([...head, line]).at(-1)).toMatchObject({ kind: 'progress', totalFrames });
});

test('with a step between frames, the total counts only the rendered frames', () => {
  expect(read([...HEAD, 'PROGRESS:  0:00:04:24 (63): 0 Seconds'], 2).at(-1)).toEqual({
    kind: 'progress',
    frame: 63,
    totalFrames: 63,
    percent: 100,
  });
});

test('without a duration or a frame rate, an event has a frame but no percent', () => {
  expect(read(['PROGRESS:  0:00:00:01 (2): 0 Seconds'])).toEqual([
    { kind: 'progress', frame: 2, totalFrames: null, percent: null },
  ]);
  expect(countFrames('0:00:05:00', null)).toBeNull();
});

test('a number that is too large for a composition is ignored', () => {
  expect(read(['PROGRESS:  0:00:00:01 (4294967296): 0 Seconds'])).toEqual([]);
  expect(read(['PROGRESS:  Duration: 4294967296', 'PROGRESS:  0:00:00:01 (2): 0 Seconds'])).toEqual(
    [{ kind: 'progress', frame: 2, totalFrames: null, percent: null }],
  );
});

test('drop-frame time skips two numbers each minute, except each tenth minute', () => {
  expect(countFrames('0;10;00;00', 29.97)).toBe(17_982);
  expect(countFrames('0:10:00:00', 29.97)).toBe(18_000);
});

test.each([
  [
    'aerender ERROR: No comp was found with the given name.',
    'No comp was found with the given name.',
  ],
  ['aerender Fehler: Datei fehlt', 'Datei fehlt'],
  ['PROGRESS:  Error: nexrender: layer not found', 'nexrender: layer not found'],
])('%s is an error', (line, text) => {
  expect(read([line])).toEqual([{ kind: 'error', text }]);
});

test('a finished composition gives an event; any other line gives none', () => {
  expect(
    read([
      'PROGRESS:  3/14/2024 1:20:20 PM: Finished composition “x”.',
      '',
      'aerender version 24.0x55',
      'WARNING: (12): 3',
      'PROGRESS:  Output To: /a (1).mov',
    ]),
  ).toEqual([{ kind: 'finished' }]);
});
