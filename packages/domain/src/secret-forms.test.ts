import { describe, expect, test } from 'vitest';
import { joinSecrets, listSecretTexts, splitSecrets } from './job-secrets.ts';
import type { Json } from './json.ts';
import { HIDDEN } from './secret-text.ts';

/**
 * The secret in each form. It is long and mixed enough for the forms that are found by their look.
 */
const S = 'Pl4ntedPl4ntedPl4ntedPl4ntedPl4nted';
const HEX = '0123456789abcdef0123456789abcdef';

type Form = readonly [name: string, job: Json, secret?: string];

const FIELDS: readonly Form[] = [
  ...[
    ...['ftpPass', 'user_pass', 'FTP_PASS', 'ftp.pass', 'ftp-pass', 'ftppass', 'userPw', 'pwd'],
    ...['passwd', 'passphrase', 'pass-code', 'PASSWORD', 'dbpassword', 'password2', 'tokenValue'],
    ...['otp', 'totp', 'pat', 'githubPat', 'sas', 'sharedAccessSignature', 'secretAccessKey'],
    ...['client_secret', 'refresh_token', 'sessionToken', 'X-Auth', 'xauth', 'x_auth', 'apiKeys'],
    ...['APIKEY', 'accountKey', 'signingKey', 'streamKey', 'authCode', 'accessTokens', 'oauth'],
    ...['connectionString', 'Nexrender-Secret', 'X%2DAuth', 'accessKeyId', 'x-hub-signature'],
  ].map((name): Form => [`field ${name}`, { params: { [name]: S } }]),
  ['an object of headers', { headers: { 'X-Auth': S } }],
  ['an object of headers with a short name', { headers: { Key: S } }],
  ['headers as pairs', { headers: [['X-Auth', S]] }],
  ['headers as objects', { headers: [{ key: 'Cookie', value: S }] }],
  ['headers as objects with capitals', { headers: [{ Name: 'X-Auth', Value: S }] }],
  ['headers as one flat list', { headers: ['Accept', '*', 'Set-Cookie', S] }],
  ['a query as an object', { query: { code: S } }],
  ['arguments of a command', { args: ['run', '--token', S] }],
  ['an argument with its value', { args: ['run', `--ftp-pass=${S}`] }],
];
const QUERIES: readonly Form[] = [
  ...[
    ...['key', 'code', 'auth', 'pw', 'sig', 'signature', 'X-Amz-Signature', 'X-Amz-Credential'],
    ...['X-Amz-Security-Token', 'X-Goog-Signature', 'KEY', 'ap%69_key', '%6Bey', 'sid', 'rlkey'],
  ].map((name): Form => [`?${name}=`, { src: `https://x.example/a.png?v=1&${name}=${S}` }]),
  ['a fragment', { src: `https://x.example/a#access_token=${S}&expires=1` }],
  ['an address in a text', { value: `see <https://x.example/a?key=${S}>, please` }],
  ['an address with &amp;', { value: `<a href="https://x.example/?a=1&amp;key=${S}">` }],
  ['an encoded address', { src: `https://x.example/?to=https%3A%2F%2Fy%3Fa%3D1%26key%3D${S}%26b` }],
  [
    'an address encoded twice',
    { src: `https://x.example/?to=https%253A%252F%252Fy%253Fkey%253D${S}` },
  ],
  ['a query in JSON', { body: JSON.stringify({ url: `https://x.example/?key=${S}` }) }],
  ['a field in JSON', { body: JSON.stringify({ deep: [{ ftpPass: S }] }) }],
  ['a field in JSON in JSON', { body: JSON.stringify({ body: JSON.stringify({ pat: S }) }) }],
  ['a field in a piece of JSON', { body: `sent {"ftpPass": "${S}", "a": 1} to x` }],
  ['a field in an escaped piece of JSON', { body: `"sent {\\"ftpPass\\": \\"${S}\\"} to x` }],
  ['a field whose quote does not end', { body: `{"ftpPass": "a\\"${S}\nb` }],
  ['a variable of a script', { value: `var apiKey = '${S}';\nvar a = 1;` }],
  ['a form body', { body: `key=${S}&a=1` }],
  ['a value in quotes', { value: `PASSWORD="a ${S} b" run` }, `a ${S} b`],
  ['a setting in YAML', { value: `name: x\n  db_password: ${S}\n` }],
  ['a command', { value: `upload --ftp-pass ${S} out.mov` }],
  ['curl', { value: `curl -H "Accept: *" -H "X-Auth: ${S}" https://x.example` }],
  ['a line of a header', { value: `Accept: *\nX-Auth: ${S}\n` }],
  ['Authorization: Bearer', { value: `Authorization: Bearer ${S}` }],
  ['Authorization: Basic', { value: `send Basic ${S}` }],
];
const ADDRESSES: readonly Form[] = [
  ['user:password@', { src: `sftp://user:${S}@x.example/a.aep` }],
  ['token@', { src: `https://${S}@x.example/a.aep` }],
  ['//user:password@', { src: `//user:${S}@x.example/a.aep` }],
  ['an encoded login', { src: `https://x.example/?to=https%3A%2F%2Fu%3A${S}%40y` }],
  [
    'Azure storage',
    { value: `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${S}==;B=c` },
  ],
  ['Azure service bus', { value: `Endpoint=sb://x/;SharedAccessKeyName=x;SharedAccessKey=${S}=` }],
  [
    'Azure SAS',
    { value: `BlobEndpoint=https://x/;SharedAccessSignature=sv=2022&sig=${S}%3D&se=1` },
  ],
  ['a database', { value: `Server=x;User Id=sa;Password=${S};Encrypt=true` }],
  ['Azure key', { primaryKey: `${'Ab1+'.repeat(21)}Ab==` }, 'Ab1+'.repeat(21)],
];
const HOOKS: readonly Form[] = [
  ['Slack', `https://hooks.slack.com/services/T0001/B0001/${S}`],
  ['Slack in JSON', `{\\"to\\":\\"https:\\/\\/hooks.slack.com\\/services\\/T1\\/B1\\/${S}\\"`],
  ['Discord', `https://discord.com/api/webhooks/123456/${S}`],
  ['Discord with a version', `https://discordapp.com/api/v10/webhooks/123456/${S}`],
  ['Teams', `https://x.webhook.office.com/webhookb2/${S}@1/IncomingWebhook/2/3`],
  ['Teams by Power Automate', `https://x.logic.azure.com/workflows/1/triggers/a?sp=%2F&sig=${S}`],
  ['Google Chat', `https://chat.googleapis.com/v1/spaces/A/messages?key=${S}&token=${S}`],
  ['Mattermost', `https://chat.example/hooks/${S.toLowerCase()}`, S.toLowerCase()],
  ['Rocket.Chat', `https://chat.example/hooks/${S}/${S}`],
  ['Zapier', `https://hooks.zapier.com/hooks/catch/123/${S}/`],
  ['n8n', `https://n8n.example/webhook-test/5b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d`, '5b1c2d3e'],
  ['IFTTT', `https://maker.ifttt.com/trigger/done/json/with/key/${S}`],
  ['Telegram', `https://api.telegram.org/bot123456789:${S}/sendMessage`],
  ['Make', `https://hook.eu1.make.com/${S}`],
].map(([name = '', data = '', secret = S]): Form => [`hook of ${name}`, { data }, secret]);
const VALUES: readonly Form[] = [
  ['JWT', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${S}`, S],
  ['PEM', `-----BEGIN RSA PRIVATE KEY-----\nMIIE${S}\n-----END RSA PRIVATE KEY-----`, S],
  ['OpenSSH key in a text', `a -----BEGIN OPENSSH PRIVATE KEY-----\\n${S}`, S],
  ...[
    ...[`ghp_${S}`, `github_pat_11AB_${S}`, `glpat-${S}`, `xoxb-123-456-${S}`, `xapp-1-A1-${S}`],
    ...[`sk_live_${S}`, `rk_test_${S}`, `whsec_${S}`, 'AKIAIOSFODNN7EXAMPLE', `AIza${S}`],
    ...[`GOCSPX-${S}`, `ya29.${S}`, `SG.${S}.${S}`, `npm_${S}`, `sk-proj-${S}`, `sk-${S}`],
    ...[`hf_${S}`, `dop_v1_${HEX}`, `shpat_${HEX}`, `SK${HEX}`, `key-${HEX}`, `dapi${HEX}`],
    ...[`123456789:${S}`, `ATATT3${S}`, `figd_${S}`, `hvs.${S}`, `glsa_${S}`, `pypi-AgE${S}`],
    ...[
      `M${S.slice(0, 24)}.${S.slice(0, 6)}.${S.slice(0, 30)}`,
      `AGE-SECRET-KEY-1${'A2'.repeat(25)}`,
    ],
  ].map((value) => [value.slice(0, 12), value, value] as const),
].map(([name, value, secret]): Form => [`value ${name}`, { value: `use ${value} now` }, secret]);

describe.each(Object.entries({ FIELDS, QUERIES, ADDRESSES, HOOKS, VALUES }))('%s', (_, forms) => {
  test.each(forms.map(([name, job, secret = S]) => ({ name, job, secret })))(
    '$name is kept apart',
    ({ job, secret }) => {
      const { shown, secrets, hidden } = splitSecrets(job);
      expect(JSON.stringify(shown)).not.toContain(secret);
      expect(JSON.stringify(hidden)).not.toContain(secret);
      expect(hidden).not.toEqual([]);
      expect(joinSecrets(shown, secrets)).toStrictEqual(job);
      // A second search of the stored job hides nothing more and keeps what is hidden.
      expect(splitSecrets(shown)).toMatchObject({ shown, hidden: [] });
      const texts = listSecretTexts(job);
      expect(texts.some((text) => text.includes(secret))).toBe(true);
      expect(texts).not.toContain('');
    },
  );
});

test.each<Json>([
  { keyword: 'a', keyframe: 'b', monkey: 'c', author: 'd', authored: 'e', passage: 'f' },
  { compass: 'a', bypass: 'b', patPattern: 'c', pattern: 'd', path: 'e', sash: 'f', tokens: 'g' },
  { code: 'a', countryCode: 'b', timeCode: 'c', promoCode: 'd', key: 'a/b.mov', keyColor: 'e' },
  { primaryKey: 'id', publicKey: 'a', hash: 'b', signature: 'Best regards', session: 'morning' },
  { beautyPass: 'diffuse.exr', renderPass: 'a', designToken: 'primary', maxTokens: 'b' },
  {
    passwordLayer: 'Layer 1',
    tokenCount: '4',
    secretName: 'x',
    authType: 'none',
    cookieConsent: 'y',
  },
  { keyId: 'a', constructor: 'a', toString: 'b', hasOwnProperty: 'c', pin: 'Puppet', seed: '7' },
  { headers: [{ key: 'Accept', value: '*' }], metadata: [{ name: 'code', value: 'DE' }] },
  { args: ['-pass', 'auth'].slice(0, 1), command: 'ffmpeg -y -pass 1 -passlogfile x a.mov' },
  { src: 'https://x.example/a.mp4#t=10', other: 'https://x.example/a?keyword=b&author=c&monkey=d' },
  { src: 'https://x.example/hooks/render-done', to: 'https://x.example/webhook/new-job-2024' },
  { value: 'Password: swordfish', title: 'Secret: the recipe', more: 'Token economy; code=DE' },
  { value: 'key=value', title: 'Q&A: monkey=1', sum: 'a = b; key = c', time: '10:30' },
  { value: 'sk-SK-campaign-2024-summer-final.mov', file: 'pat-and-mat.mov', name: 'AKIA' },
  { text: '{"code":"DE","keyColor":"#fff"}', list: '[ 1, 2 ]', open: '[x] done', brace: '{name}' },
  { path: String.raw`C:\auth\password\key.mov`, posix: '/srv/token/secret.aep' },
  { value: 'function f(key, code) { return {key: key, author: "me"}; }' },
  { lottie: '[{"ty":4,"nm":"Pass","ks":{"o":{"a":0}}}]', passes: ['a'], multi: '  ' },
])('the harmless values %j are shown unchanged', (job) => {
  expect(splitSecrets(job)).toEqual({ shown: job, secrets: [], hidden: [] });
});

test('a hidden value is described by its place and its kind', () => {
  const job = {
    src: `https://u:${S}@x.example/?key=${S}`,
    ftpPass: S,
    body: JSON.stringify({ list: [{ token: S }] }),
    known: HIDDEN,
    password: HIDDEN,
  };
  expect(splitSecrets(job).hidden).toEqual([
    { path: ['src'], kinds: ['login in an address', 'query key'] },
    { path: ['ftpPass'], kinds: ['by its name'] },
    { path: ['body'], kinds: ['by its name in list[0].token'] },
  ]);
});

test('a JSON text whose secrets are hidden already contains no secret', () => {
  const job = { body: `{ "token": "${HIDDEN}" }` };
  expect(splitSecrets(job)).toMatchObject({ hidden: [] });
  expect(listSecretTexts(job)).toEqual([]);
});

test('a text with more levels than a job may have is searched as plain text', () => {
  const value = `${'['.repeat(200_000)}{"token":"${S}"}`;
  const { shown } = splitSecrets({ value });
  expect(JSON.stringify(shown)).not.toContain(S);
});
