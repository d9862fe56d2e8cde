import { expect, it } from 'vitest';
import { type StepName, stepOfPhase, stepsOf } from './attempt-steps.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 26, 2, 14, second));

it('the phases of a render begin four steps, each once and in order', () => {
  const phases = [
    'preparing',
    'downloading',
    'preparing',
    'launching',
    'rendering',
    'gate',
    'publishing',
    'downloading',
    'unheard of',
  ];
  const steps: StepName[] = [];
  for (const phase of phases) {
    const step = stepOfPhase(phase, steps.at(-1) ?? null);
    if (step !== null) steps.push(step);
  }
  expect(steps).toEqual(['download', 'prepare', 'render', 'post']);
});

it('a step ends when the next one begins, and the last one with the attempt', () => {
  const starts = [
    { name: 'render', startedAt: at(5) },
    { name: 'download', startedAt: at(1) },
  ] as const;
  expect(stepsOf(starts, { endedAt: null, outcome: null })).toEqual([
    { name: 'download', startedAt: at(1), endedAt: at(5) },
    { name: 'render', startedAt: at(5), endedAt: null },
  ]);
  const stopped = stepsOf(starts, { endedAt: at(9), outcome: 'stopped' });
  expect(stopped?.at(-1)?.endedAt).toEqual(at(9));
});

it('the end of the last step of a lost attempt is not known', () => {
  const starts = [{ name: 'render', startedAt: at(5) }] as const;
  expect(stepsOf(starts, { endedAt: at(34), outcome: 'lost' })).toEqual([
    { name: 'render', startedAt: at(5), endedAt: null },
  ]);
});

it('the steps of an attempt are not known if its worker recorded none', () => {
  expect(stepsOf(null, { endedAt: at(9), outcome: 'lost' })).toBeNull();
});
