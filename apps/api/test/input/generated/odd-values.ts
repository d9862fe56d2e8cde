/*
 * Values of a hostile or careless client. JSON.stringify cannot write some of them: a mark stands
 * for such a value until the text is written.
 */
import type { Json } from '@renderdeck/contract';
import fc from 'fast-check';

const nest = (open: string, close: string, depth: number) =>
  `${open.repeat(depth)}0${close.repeat(depth)}`;
const MARKS: Readonly<Record<string, string>> = {
  '«lists-60»': nest('[', ']', 60),
  '«lists-9000»': nest('[', ']', 9000),
  '«objects-200»': nest('{"a":', '}', 200),
  '«objects-20000»': nest('{"a":', '}', 20_000),
  '«infinite»': '1e999',
  '«minus-zero»': '-0',
  '«long-number»': '123456789012345678901234567890',
  '«twice»': '{"id":1,"id":2}',
  '«proto»': '{"__proto__":{"role":"admin"},"constructor":{"prototype":{"role":"admin"}}}',
  '«not-a-number»': 'NaN',
};

/** The JSON text of a value, with each mark replaced by its text. */
export function writeJson(value: Json): string {
  return JSON.stringify(value).replace(
    /"(«[a-z0-9-]+»)"(?!:)/g,
    (all, mark: string) => MARKS[mark] ?? all,
  );
}

const cursorOf = (...parts: readonly Json[]) =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');
const SOME_ID = '3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59';

export const ODD_CURSORS = [
  '0:0:',
  '1:99999999999999999999:',
  '18446744073709551615:18446744073709551615:',
  `1:${'9'.repeat(18)}:${Array.from({ length: 200 }, (_, index) => index + 2).join(',')}`,
  cursorOf('queued', '99999999999999999999', SOME_ID),
  cursorOf('queued', '9223372036854775808', SOME_ID),
  cursorOf('ended', '8640000000000001', SOME_ID),
  cursorOf('ended', '999999999999999', SOME_ID),
  cursorOf('running', '99999999999999999999', SOME_ID),
  cursorOf('running', '0', SOME_ID),
  cursorOf('ended', 'x', 'y'),
  '9'.repeat(18),
  '9'.repeat(19),
  '999999999999999-1',
  `999999999999999.${SOME_ID}`,
] as const;

export const ODD_TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\u0001\u001b[31m',
  '\ud800',
  'a\udc00b',
  '\udfff\ud800',
  '\ufeff\ufffe\uffff',
  '\u202etxt.exe',
  '👩‍👩‍👧‍👦',
  'İı\u0130',
  "' OR 1=1 --",
  '"; DROP TABLE jobs; --',
  '%s%n%00',
  '\\u0000',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  '=cmd|x',
  '<script>alert(1)</script>',
  'null',
  'NaN',
  '1e999',
  '-1',
  '0x10',
  '9'.repeat(19),
  '9'.repeat(20),
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '0000-01-01T00:00:00Z',
  '0000-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
  '2026-02-30T00:00:00Z',
  ...ODD_CURSORS,
  'x'.repeat(257),
  'é'.repeat(3000),
] as const;

/** None of them is a valid long wait. */
const ODD_NUMBERS = [
  0,
  -1,
  1.5,
  101,
  32_768,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
  -(2 ** 31) - 1,
  2 ** 53 - 1,
  2 ** 53,
  -(2 ** 53),
  1e21,
  1e308,
  5e-324,
] as const;

export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...ODD_TEXTS),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);

/** Any JSON value, and some that JSON does not allow. */
export const oddValue: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: oddText },
  { weight: 3, arbitrary: fc.constantFrom(...ODD_NUMBERS) },
  { weight: 3, arbitrary: fc.constantFrom(...Object.keys(MARKS)) },
  { weight: 2, arbitrary: fc.constantFrom<Json>(null, true, false, [], {}, [[]], [null]) },
  {
    weight: 2,
    arbitrary: fc.dictionary(
      fc.constantFrom('__proto__', 'id', 'name', 'job', 'length', '', '\0'),
      oddText,
      { maxKeys: 3 },
    ),
  },
  { weight: 1, arbitrary: fc.array(oddText, { maxLength: 3 }) },
);
