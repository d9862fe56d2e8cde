import { expect, test } from 'vitest';
import { ACTION_RULES, actionRule } from './nexrender-modules.ts';

test.each(Object.entries(ACTION_RULES))('%s has the rule of its own name', (module, rule) =>
  expect(actionRule(module)).toBe(rule),
);

test.each([['own-module'], ['constructor'], ['__proto__'], [''], [7], [null], [undefined]])(
  'nothing is known of the module %j',
  (module) => expect(actionRule(module)).toBeNull(),
);
