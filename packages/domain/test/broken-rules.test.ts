/* Breaks one rule at a time and shows that the explorer finds the harm that the rule prevents. */
import { expect, it } from 'vitest';
import { BROKEN, blindGate, bounds } from './explorer/broken-rules.ts';
import { describeFailure } from './explorer/describe.ts';
import { explore, findStuck, pathTo } from './explorer/explore.ts';
import { RULES, type Rules } from './explorer/rules.ts';

const TIMEOUT_MS = 120_000;

it.each(BROKEN)(
  'the explorer finds: %s',
  (_what, rules, within, moves, sentence) => {
    const { failure } = explore(within, { ...RULES, ...rules });
    expect(failure?.sentence).toBe(sentence);
    expect(failure?.path.length).toBe(moves);
  },
  TIMEOUT_MS,
);

it('if a loss is never decided, some states have no way out', () => {
  const undecided: Rules['decideGiveUp'] = (job, attempt, by, proof, at) =>
    proof === null
      ? { ok: false, rejection: { code: 'lostAttempt', attemptId: attempt.id } }
      : RULES.decideGiveUp(job, attempt, by, proof, at);
  const within = bounds(['freeze']);
  const rules = { ...RULES, decideGiveUp: undecided };
  const found = explore(within, rules);
  expect(found.failure).toBeNull();
  const [stuck = 0] = findStuck(found, ['work', 'time', 'admin']);
  const labels = pathTo(stuck, found).map(({ label }) => label);
  expect(labels).toEqual(['job 1 is submitted', 'A claims j1.1', 'A freezes']);
});

it('if a dead worker is counted among those that watch, some states have no way out', () => {
  const countsDead: Rules['watchesLeases'] = (own, all, most) =>
    RULES.watchesLeases(
      own,
      all.map((one) => ({ ...one, heardMsAgo: 0 })),
      most,
    );
  const within = { ...bounds(['kill']), noApi: true };
  const found = explore(within, { ...RULES, watchesLeases: countsDead });
  expect(found.failure).toBeNull();
  const [stuck = 0] = findStuck(found, ['work', 'time', 'admin']);
  const labels = pathTo(stuck, found).map(({ label }) => label);
  expect(labels).toEqual(['job 1 is submitted', 'A claims j1.1', 'the daemon of A is killed']);
});

it('a failure is printed as the shortest path, with the state after each move', () => {
  const { failure } = explore(bounds(['freeze']), { ...RULES, decidePublish: blindGate });
  const text = failure === null ? '' : describeFailure(failure);
  expect(`\n${text}\n`).toMatchInlineSnapshot(`
    "
    j1.2 may publish, and j1.1 too: its end is neither proven nor declared, after 9 moves:
      1. job 1 is submitted
         j1 QUEUED, output none
      2. A claims j1.1
         j1 RENDERING, held by j1.1, output none
           j1.1 on A: running, output none, unproven | alive, rendering, slot (running, run)
      3. j1.1 passes the first gate
         j1 RENDERING, held by j1.1, output none
           j1.1 on A: running, output none, unproven | alive, gated, slot (running, run)
      4. j1.1 passes the second gate
         j1 RENDERING, held by j1.1, output maybe
           j1.1 on A: running, output maybe, unproven | alive, yes, slot (running, run)
      5. A freezes
         j1 RENDERING, held by j1.1, output maybe
           j1.1 on A: running, output maybe, unproven | alive, yes, slot (running, run)
         A: frozen
      6. a lease passes
         j1 QUEUED, output maybe, 1 warnings
           j1.1 on A: lost, output maybe, unproven | alive, yes, slot (running, run)
         A: frozen
      7. B claims j1.2
         j1 RENDERING, held by j1.2, output maybe, 1 warnings
           j1.1 on A: lost, output maybe, unproven | alive, yes, slot (running, run)
           j1.2 on B: running, output none, unproven | alive, rendering, slot (running, run)
         A: frozen
      8. j1.2 passes the first gate
         j1 RENDERING, held by j1.2, output maybe, 1 warnings
           j1.1 on A: lost, output maybe, unproven | alive, yes, slot (running, run)
           j1.2 on B: running, output none, unproven | alive, gated, slot (running, run)
         A: frozen
      9. j1.2 passes the second gate
         j1 RENDERING, held by j1.2, output maybe, 1 warnings
           j1.1 on A: lost, output maybe, unproven | alive, yes, slot (running, run)
           j1.2 on B: running, output maybe, unproven | alive, yes, slot (running, run)
         A: frozen
    "
  `);
});
