import { expect, test } from 'vitest';
import { joinAnswerSchema } from '../../src/commands/join/ask-to-join.ts';

const ANSWER = {
  login: 'host_ae-01',
  database: { url: 'postgres://db/farm', rootCertificate: null },
  invitedBy: 'ada',
};
const isTaken = (host: string) => joinAnswerSchema.safeParse({ ...ANSWER, host }).success;

test('no answer of an API names a path or a line of its own', () => {
  expect(isTaken('ae-01')).toBe(true);
  const bad = ['/../../etc/x', '../x', 'a/b', 'a\\b', 'a\nUser=root', '%n', ''];
  expect(bad.filter(isTaken)).toEqual([]);
});
