/*
 * What counts as a secret, as data: names, parts of addresses, values. secret-names.ts and
 * secret-text.ts read these tables. Names are lists of words: `ftpPass`, `FTP_PASS`, `ftp-pass` and
 * `ftp.pass` are all `ftp pass`.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** A name that ends with one of these words is secret: `ftpPass`, `X-Auth`, `db_password`. */
export const LAST_WORDS: ReadonlySet<string> = new Set(
  words(`
    password passwords passwd passphrase passcode passwort pass pwd pw secret secrets token
    credential credentials creds auth oauth authorization authentication bearer jwt
    cookie cookies otp totp pat sas sig pem connectionstring
  `),
);

/**
 * A name that ends with one of these is secret even without a word boundary: `dbpassword`,
 * `accesstoken`, `XAPIKEY`.
 */
export const ENDINGS: readonly string[] = words(`
  password passwd passphrase passcode pwd secret token credential credentials authorization
  accesssignature connectionstring
  apikey accesskey secretkey privatekey accountkey subscriptionkey sharedkey accesskeyid
`);

/**
 * A name that is one of these words and then one of the short words below, without a word boundary,
 * is secret: `ftppass`, `userpw`.
 */
export const LOGIN_WORDS: readonly string[] = words(`
  user ftp sftp ftps ssh db database sql mysql pg smtp imap mail http https proxy admin root login
  basic account api x
`);
export const SHORT_ENDINGS: readonly string[] = words('pass pw auth');

/**
 * One of these words before `key` or `keys` makes a secret; `keyColor` and `primaryKey` are no
 * secrets.
 */
export const KEY_WORDS: ReadonlySet<string> = new Set(
  words(`
    api app access secret private account subscription shared master signing sign signature
    encryption encrypt decryption decrypt server client consumer stream license licence storage
    service deploy auth authentication authorization function functions webhook integration admin
    bot hmac aes rsa ssh gpg pgp root session recovery
  `),
);
/** One of these words before `code` makes a secret; `countryCode` and `promoCode` are none. */
export const CODE_WORDS: ReadonlySet<string> = new Set(
  words('access auth authorization login mfa otp security verification'),
);
/** One of these words before `tokens` makes a secret; `tokens` and `maxTokens` are no secrets. */
export const TOKEN_WORDS: ReadonlySet<string> = new Set(
  words('access api auth bearer id refresh session'),
);

/**
 * Words that make the next word harmless: words of compositing before `pass`, words of design
 * before `token`.
 */
export const HARMLESS_BEFORE: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'pass',
    new Set(
      words(`
      alpha ao albedo ambient audio beauty color colour crypto depth diffuse emission final first
      fog high light lighting low mask material matte motion multi normal object occlusion one
      position preview reflection refraction render rgb second shadow single specular third two uv
      vector velocity volume z
    `),
    ),
  ],
  ['token', new Set(words('color colour css design font spacing style theme'))],
]);

/** Words at the end of a name that are ignored: `password2`, `tokenValue`, `passHash`. */
export const SILENT_WORDS: ReadonlySet<string> = new Set(
  words(`
    base64 b64 confirm confirmation enc encoded hash hashed new old plain raw repeat text value
  `),
);

/** Whole names that are secret in a query, a fragment and a header, but harmless as a field. */
export const QUERY_NAMES: ReadonlySet<string> = new Set(
  words(`
    key keys code signature hmac session sid sessid sessionid phpsessid jsessionid appid
    rlkey resourcekey authkey tempauth hdnea hdnts hdntl assertion clientassertion samlresponse
    codeverifier
  `),
);
/**
 * A name in a query, a fragment or a header that ends with one of these words is secret:
 * `X-Goog-Signature`.
 */
export const QUERY_LAST_WORDS: ReadonlySet<string> = new Set(words('signature hmac sessid'));

/** The fields of a job whose own fields are the names of a query or of headers. */
export const QUERY_FIELDS: ReadonlySet<string> = new Set(
  words('headers header query querystring queryparams qs searchparams urlparams'),
);

const SLASH = String.raw`(?:\\?/|%2F)`;
const host = (name: string, path: string) =>
  `\\b${name}${path.replaceAll('/', SLASH)}`.replaceAll('SEGMENT', String.raw`[\w.%@~-]+?`);
/**
 * Addresses to which everyone who knows them can post. The part here is shown, and the path after
 * it is secret.
 */
export const HOOKS: readonly (readonly [name: string, shown: string])[] = [
  ['Slack', host(String.raw`hooks\.slack(?:-gov)?\.com`, '/(?:services|workflows|triggers)/')],
  ['Discord', host(String.raw`discord(?:app)?\.com`, '/api(?:/v\\d+)?/webhooks/')],
  ['Teams', host(String.raw`webhook\.office\.com`, '/webhookb2/')],
  ['Teams', host(String.raw`outlook\.office(?:365)?\.com`, '/webhook/')],
  ['Zapier', host(String.raw`hooks\.zapier\.com`, '/hooks/(?:catch|standard)/')],
  ['Make', host(String.raw`hook(?:\.\w+)?\.(?:make|integromat)\.com`, '/')],
  ['IFTTT', host(String.raw`maker\.ifttt\.com`, '/trigger/SEGMENT(?:/json)?/with/key/')],
  ['Telegram', host(String.raw`api\.telegram\.org`, '(?:/file)?/bot')],
  ['Feishu', host(String.raw`open\.(?:feishu\.cn|larksuite\.com)`, '/open-apis/bot/v2/hook/')],
  ['Airtable', host(String.raw`hooks\.airtable\.com`, '/workflows/v1/genericWebhook/')],
  ['PagerDuty', host(String.raw`events\.pagerduty\.com`, '/integration/')],
  ['Healthchecks', host(String.raw`hc-ping\.com`, '/')],
  ['webhook.site', host(String.raw`webhook\.site`, '/')],
];

const WORD = String.raw`(?<![\w-])`;
const prefixed = (prefix: string, rest: string) => `${WORD}${prefix}${rest}`;
/** Values that are secret wherever they stand. No pattern begins inside a word. */
export const VALUES: readonly (readonly [name: string, pattern: string])[] = [
  [
    'private key',
    '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^]*?' +
      '(?:-----END [A-Z0-9 ]{0,40}-----|$)',
  ],
  ['JWT', prefixed('eyJ', String.raw`[\w-]{8,}(?:\.[\w-]+){1,4}\.?`)],
  ['GitHub token', prefixed('(?:gh[pousr]_|github_pat_)', String.raw`\w{16,}`)],
  ['GitLab token', prefixed('gl(?:pat|dt|rt|cbt|ptt|ft|agent|oas|soat)-', String.raw`[\w.-]{16,}`)],
  ['Slack token', prefixed('(?:xox[a-z]|xapp)-', String.raw`[\w-]{8,}`)],
  ['Stripe key', prefixed('(?:sk|rk)_(?:live|test)_', String.raw`\w{8,}`)],
  ['webhook secret', prefixed('whsec_', String.raw`[\w+/=-]{16,}`)],
  ['AWS key', prefixed('(?:AKIA|ASIA|ABIA|ACCA)', String.raw`[A-Z0-9]{16}(?![\w-])`)],
  ['Google key', prefixed('(?:AIza|GOCSPX-)', String.raw`[\w-]{20,}`)],
  ['Google token', prefixed(String.raw`ya29\.`, String.raw`[\w.-]{10,}`)],
  ['SendGrid key', prefixed(String.raw`SG\.`, String.raw`[\w-]{16,}\.[\w-]{16,}`)],
  ['npm token', prefixed('npm_', '[A-Za-z0-9]{30,}')],
  ['PyPI token', prefixed('pypi-AgE', String.raw`[\w-]{16,}`)],
  ['AI key', prefixed('sk-(?:proj|ant|svcacct|admin|or)-', String.raw`[\w-]{20,}`)],
  ['AI key', prefixed('sk-', '[A-Za-z0-9]{32,}')],
  ['Databricks token', prefixed('dapi', '[0-9a-f]{32}')],
  ['Hugging Face token', prefixed('hf_', '[A-Za-z0-9]{30,}')],
  ['DigitalOcean token', prefixed('do[oprt]_v1_', '[a-f0-9]{32,}')],
  ['Shopify token', prefixed('shp(?:at|ca|pa|ss)_', '[a-fA-F0-9]{32,}')],
  ['Twilio key', prefixed('SK', String.raw`[0-9a-f]{32}(?![\w-])`)],
  ['Mailgun key', prefixed('key-', String.raw`[0-9a-f]{32}(?![\w-])`)],
  ['Atlassian token', prefixed('ATATT3', String.raw`[\w=-]{20,}`)],
  ['Airtable token', prefixed('pat', String.raw`[A-Za-z0-9]{14}\.[0-9a-f]{64}`)],
  ['Figma token', prefixed('figd_', String.raw`[\w-]{20,}`)],
  ['Notion token', prefixed('(?:ntn|secret)_', '[A-Za-z0-9]{30,}')],
  ['Linear key', prefixed('lin_api_', String.raw`\w{20,}`)],
  ['Grafana token', prefixed('(?:glsa|glc)_', String.raw`[\w+/=-]{20,}`)],
  ['Vault token', prefixed(String.raw`hv[sbr]\.`, String.raw`[\w-]{20,}`)],
  ['Telegram token', prefixed(String.raw`\d{8,10}:`, String.raw`[\w-]{35}(?![\w-])`)],
  ['Discord token', prefixed('[MNO]', String.raw`[\w-]{23,25}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])`)],
  ['age key', prefixed('AGE-SECRET-KEY-1', '[0-9A-Z]{40,}')],
  // Azure's keys have 256 or 512 bits. Without a secret name, only a value that is nothing but
  // such a key is secret.
  ['key in base64', '^(?:[A-Za-z0-9+/]{43}=|[A-Za-z0-9+/]{86}==)$'],
];
