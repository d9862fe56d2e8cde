import fc from 'fast-check';
import { z } from 'zod';
import { PASSWORD, type TestFarm } from '../../../testing/open-farm.ts';
import type { Known } from './from-schema.ts';
import { ODD_CURSORS, oddText } from './odd-values.ts';

const JOB_FIELDS: Known = {
  src: fc.constantFrom(
    'file:///c/a.aep',
    'file:///d/b.aep',
    'https://user:pass@files.example/a.aep',
    'd:\\a b\\c.aep',
    '\\\\share\\a.aep',
    'ftp://x/a',
  ),
  module: fc.constantFrom('@nexrender/action-copy', '@nexrender/action-encode', 'child_process'),
  type: fc.constantFrom('image', 'video', 'data', 'script'),
  composition: fc.constantFrom('main', 'Größe 2', "it's"),
  layerName: fc.constantFrom('logo', 'Texte à gauche', 'a\0b', 'x\ud800'),
  layerIndex: fc.constantFrom(1, '2', 0),
  property: fc.constantFrom('Source Text', 'x\ny'),
  actions: fc.constantFrom(
    {},
    {
      postrender: [{ module: '@nexrender/action-copy', input: 'result.avi', output: '/out/a.avi' }],
    },
  ),
  assets: fc.constantFrom(
    [],
    [{ type: 'data', layerName: 'a', property: 'Source Text', value: '\u0000' }],
    [{ type: 'image', src: 'https://x/a.png', layerName: 'logo', more: { '\ud800': 1 } }],
    [{ type: 'data', layerName: 'a', property: 'Source Text', value: '«lists-9000»' }],
    [{ type: 'data', layerName: 'a', property: 'Source Text', value: '«objects-20000»' }],
  ),
};

/** Values that exist on this farm: ids of jobs, taken names, cursors of pages. */
export async function readKnownValues(farm: TestFarm, url: string): Promise<Known> {
  const ids: string[] = [];
  for (let count = 0; count < 60; count += 1)
    ids.push((await farm.submit(`Job ${count}`, count % 101)).job.id);
  const readCursor = async (path: string) => {
    const answer = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${farm.secretOf('ada')}` },
    });
    return z.object({ nextCursor: z.string() }).parse(await answer.json()).nextCursor;
  };
  const [{ snapshot } = { snapshot: '' }] = await farm.sql<{ snapshot: string }[]>`
    SELECT pg_current_snapshot()::text AS snapshot`;
  const cursor = fc.constantFrom(
    await readCursor('/api/jobs?limit=5'),
    await readCursor('/api/jobs?limit=40'),
    await readCursor('/api/audit?limit=2'),
    snapshot,
    ...ODD_CURSORS,
  );
  const text = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('because', 'ada', '') }, oddText);
  const id = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...ids) }, fc.uuid());
  const name = fc.constantFrom(
    'ada',
    'vera',
    'sam',
    'eve',
    'Åsa',
    'script',
    'a.b@c',
    'x'.repeat(64),
  );
  return {
    id,
    jobId: id,
    uid: id,
    cursor,
    lastEventId: cursor,
    reason: text,
    actor: text,
    after: fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1),
    expectedVersion: fc.constantFrom(1, 2, 3, 2 ** 31, 2 ** 53 - 1),
    waitMs: fc.constantFrom(0, 1, 40),
    username: fc.oneof({ weight: 3, arbitrary: name }, oddText),
    name: fc.oneof({ weight: 5, arbitrary: name }, oddText),
    password: fc.constantFrom(PASSWORD, 'quite another password'),
    ...JOB_FIELDS,
  };
}
