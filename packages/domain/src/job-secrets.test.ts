import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinSecrets, listSecretTexts, splitSecrets } from './job-secrets.ts';
import type { Json } from './json.ts';
import { HIDDEN } from './secret-text.ts';

/** Fields with a text each, and how they are shown if all of them are secret. */
const allSecret = (...names: string[]) => {
  const having = (value: string) => Object.fromEntries(names.map((name) => [name, value]));
  return [having('x'), having(HIDDEN)];
};

test.each<Json[]>([
  [{ credentials: { key: 'AKIA', secret: 's3cr3t' } }, { credentials: HIDDEN }],
  allSecret('auth', 'Authorization', 'cookie'),
  allSecret('password', 'db_password', 'smtpPassword', 'pass', 'passphrase'),
  allSecret('authToken', 'refresh-token'),
  [{ token: 1234 }, { token: HIDDEN }],
  allSecret('apiKey', 'x-api-key', 'accessKeyId', 'secretAccessKey', 'private_key'),
  [{ src: 'ftp://user:p@ss@host/a.aep' }, { src: 'ftp://•••@host/a.aep' }],
  [['get https://a:b@x/1 and https://c:d@y/2'], ['get https://•••@x/1 and https://•••@y/2']],
  [
    { src: 'https://b/a.aep?X-Amz-Date=1&X-Amz-Signature=abc&v=2' },
    { src: 'https://b/a.aep?X-Amz-Date=1&X-Amz-Signature=•••&v=2' },
  ],
  [{ src: 'https://b/a.aep?access_token=abc' }, { src: 'https://b/a.aep?access_token=•••' }],
  [{ src: 'https://ghp_x1@host/a.aep' }, { src: 'https://•••@host/a.aep' }],
  [
    { text: 'AccountName=x;AccountKey=abc==;Suffix=y' },
    { text: 'AccountName=x;AccountKey=•••;Suffix=y' },
  ],
  [
    { headers: { Authorization: 'x', 'X-Api-Key': 7, Cookie: 'a', 'Set-Cookie': 'b', A: '*' } },
    {
      headers: {
        Authorization: '•••',
        'X-Api-Key': '•••',
        Cookie: '•••',
        'Set-Cookie': '•••',
        A: '*',
      },
    },
  ],
  [
    {
      headers: [
        ['Accept', '*'],
        ['authorization', 'x'],
        ['X-Functions-Key', ['x', 'y']],
      ],
    },
    {
      headers: [
        ['Accept', '*'],
        ['authorization', HIDDEN],
        ['X-Functions-Key', HIDDEN],
      ],
    },
  ],
  [
    { raw: ['Accept', '*', 'Proxy-Authorization', 'x', 'X-Auth-Token', 'y', 'cookie'] },
    { raw: ['Accept', '*', 'Proxy-Authorization', HIDDEN, 'X-Auth-Token', HIDDEN, 'cookie'] },
  ],
  [
    [
      { name: 'X-Api-Key', value: 'x' },
      { key: 'apiKey', value: 5 },
      { header: 'Cookie', values: ['a', 'b'], n: 1 },
    ],
    [
      { name: 'X-Api-Key', value: HIDDEN },
      { key: 'apiKey', value: HIDDEN },
      { header: 'Cookie', values: HIDDEN, n: 1 },
    ],
  ],
  [
    ['Authorization: Basic dTpw', 'X-Api-Key:  abc', 'Accept: text', 'Title: a\nCookie: b; c\nz'],
    [
      `Authorization: ${HIDDEN}`,
      `X-Api-Key:  ${HIDDEN}`,
      'Accept: text',
      `Title: a\nCookie: ${HIDDEN}\nz`,
    ],
  ],
  [
    { value: 'send Bearer abcdef, or bearer%20xyz', note: '{"a":"Basic dTpw"}' },
    { value: `send Bearer ${HIDDEN}, or bearer%20${HIDDEN}`, note: `{"a":"Basic ${HIDDEN}"}` },
  ],
])('%j is shown as %j', (job = null, shown = null) => {
  const split = splitSecrets(job);
  expect(split.shown).toEqual(shown);
  expect(joinSecrets(split.shown, split.secrets)).toEqual(job);
});

test.each([
  { key: 'folder/object.mov', author: 'x', tokens: 4, layerName: 'Password' },
  { password: '', token: null, secret: false },
  { src: 'https://host:8080/a@b.png', path: 'C:\\a', mail: 'mailto:a@b', note: 'a:b@c' },
  { src: 'https://x/a.aep?width=10&design=4#t=10' },
  [1, true, null, 'text'],
  { title: 'Basic introduction', more: 'Basic 3D', name: 'basic auth', bearer: '' },
  { name: 'title', value: 'x', layerName: 'password', property: 'Source Text' },
  ['left', 'password', 'right'],
  { src: 'https://cdn.example/npm/@scope/a.js', other: 'https://host', at: 'https://@host' },
])('%j holds no secret and is shown as it is', (job) => {
  expect(splitSecrets(job)).toEqual({ shown: job, secrets: [], hidden: [] });
});

test('the secret texts are those that a log could repeat', () => {
  const job = {
    src: 'https://tok1@h/a?sig=tok2&x=1',
    credentials: { user: 'u1', list: ['tok3', 4, null] },
    headers: [['Cookie', 'tok5']],
    note: `Bearer tok6, https://${HIDDEN}@h`,
    empty: { password: '' },
  };
  expect([...listSecretTexts(job)].sort()).toEqual(
    ['4', 'tok1', 'tok2', 'tok3', 'tok5', 'tok6', 'u1'].sort(),
  );
});

test('a path that leads nowhere changes nothing', () => {
  const secrets = [
    { path: ['a', 'b'], value: 'x' },
    { path: ['list', 7], value: 'x' },
    { path: ['none', 'b'], value: 'x' },
  ];
  expect(joinSecrets({ a: 1, list: [1], none: null }, secrets)).toEqual({
    a: 1,
    list: [1],
    none: null,
  });
});

const PLANTED = 'pl4nted';
const key = fc.constantFrom(
  ...['src', 'name', 'password', 'apiKey', 'params', 'credentials', '__proto__', '0', '', 'value'],
);
const text = fc.oneof(
  fc.string(),
  fc.constantFrom(
    `ftp://u:${PLANTED}@h/x`,
    `https://h/?token=${PLANTED}`,
    `https://${PLANTED}@h/`,
    `Bearer ${PLANTED}`,
    `Basic ${PLANTED}`,
    `X-Api-Key: ${PLANTED}`,
    'X-Api-Key',
    'Authorization',
    HIDDEN,
    'file:///C:/a.aep',
  ),
);
const { job } = fc.letrec<{ job: Json; scalar: Json }>((tie) => ({
  scalar: fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
  job: fc.oneof(
    { maxDepth: 4 },
    tie('scalar'),
    fc.array(tie('job'), { maxLength: 4 }),
    fc
      .array(fc.tuple(key, tie('job')), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
  ),
}));

test('joinSecrets gives back exactly the job that was split', () => {
  fc.assert(
    fc.property(job, (value) => {
      const { shown, secrets } = splitSecrets(value);
      expect(joinSecrets(shown, secrets)).toStrictEqual(value);
    }),
    { numRuns: 500 },
  );
});

test('no planted secret is shown, at any depth', () => {
  fc.assert(
    fc.property(job, (value) => {
      const planted = {
        job: value,
        params: [{ password: `x${PLANTED}` }, { credentials: { deep: [{ key: PLANTED }] } }],
      };
      expect(JSON.stringify(splitSecrets(planted).shown)).not.toContain(PLANTED);
    }),
    { numRuns: 500 },
  );
});

const LONG = ['x', ':', '?', '&', 'token', '://', 'a://b:', 'x-', 'x-key', ' ', '\n'];
const LONG_SECRETS = ['cookie:', 'Bearer ', 'Bearer a', 'a://b@', ';sig=x', ' api-key : x\n'];
test.each([...LONG, ...LONG_SECRETS])(
  'the time to search a megabyte of %j grows in proportion to its length',
  (part) => {
    const src = part.repeat(1_000_000 / part.length);
    expect(splitSecrets({ src }).secrets.length > 0).toBe(LONG_SECRETS.includes(part));
  },
);
