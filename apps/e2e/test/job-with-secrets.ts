import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { sampleJob, writeSampleFiles } from '@renderdeck/aerender-stand-in';
import { listen } from './farm/listen.ts';

type Folders = { readonly assets: string; readonly output: string };

/** Starts a server for a job's template and image. It checks no password and logs nothing. */
export async function startFileServer(assets: string) {
  const server = createServer(async ({ url = '' }, response) => {
    const name = /^\/(job\.aep|logo\.png)\?/.exec(url)?.[1];
    const body = name === undefined ? null : await readFile(join(assets, name));
    response
      .writeHead(body === null ? 403 : 200)
      .end(body ?? '<Error>no such key, planted-error-body</Error>');
  });
  const { port, close } = await listen(server);
  return { url: `http://maria:planted-url-password@127.0.0.1:${port}`, close };
}

/** Returns a job with passwords in its URLs, in its fields and in keys of its actions. */
export async function jobWithSecrets(
  { assets, output }: Folders,
  serverUrl: string,
  title: string,
  image: string,
): Promise<Record<string, unknown>> {
  await writeSampleFiles(assets, 'job', { frames: 5, frameMs: 5, launchMs: 1 });
  const files = { templatePath: 'job.aep', imagePath: 'logo.png' };
  const job = sampleJob({ ...files, outputPath: join(output, `${title}.avi`), title });
  return {
    ...job,
    template: {
      src: `${serverUrl}/job.aep?X-Amz-Signature=planted-signature`,
      composition: 'main',
      credentials: { user: 'planted-user' },
    },
    assets: [
      {
        type: 'data',
        layerName: 'title',
        property: 'Source Text',
        value: title,
        apiKey: 'planted-api-key',
      },
      {
        type: 'image',
        layerName: 'logo',
        src:
          `${serverUrl.replace(/maria:[^@]*/, 'planted-token-alone')}/${image}` +
          '?token=planted-query-token',
        credentials: 'planted-credentials',
      },
    ],
    s3: {
      accessKeyId: 'planted-access-key',
      secretAccessKey: 'planted-secret-key',
      nested: [{ password: 'planted-nested' }],
    },
    download: FORMS,
  };
}

/** Secrets in various formats. The render needs none of them. */
const FORMS = {
  fallback: 'https://planted-token-alone@files.example/job.aep',
  headers: [
    ['Accept', '*/*'],
    ['Authorization', 'planted-header-pair'],
  ],
  raw: ['Accept', '*/*', 'X-Api-Key', 'planted-raw-header'],
  list: [{ name: 'Cookie', value: 'planted-named-header' }],
  lines: 'Accept: */*\r\nX-Auth-Token: planted-header-line',
  code: 'https://files.example/?key=planted-key&code=planted-code&auth=planted-auth',
  other: 'https://files.example/?pw=planted-pw#access_token=planted-fragment',
  headers2: { 'X-Auth': 'planted-x-auth' },
  ftpPass: 'planted-ftp-pass',
  user_pass: 'planted-user-pass',
  otp: 'planted-otp',
  pat: 'planted-pat',
  sas: 'planted-sas',
  sharedAccessSignature: 'planted-shared-signature',
  storage: 'AccountName=x;AccountKey=planted-account-key;Suffix=y',
  slack: 'https://hooks.slack.com/services/T1/B1/planted-slack',
  discord: 'https://discord.com/api/webhooks/1/planted-discord',
  teams: 'https://x.webhook.office.com/webhookb2/planted-teams',
  body: '{"url":"https://files.example/?key=planted-in-json","ftpPass":"planted-json-field"}',
  note: 'use Bearer planted-bearer, or Basic planted-basic',
};

/** Returns a submission of the job in which the submitter names further values as secrets. */
export function namedSecret(job: Record<string, unknown>) {
  return {
    job: { ...job, product: { names: ['planted-named-value'] } },
    secrets: ['product.names.*', 'assets[1].src'],
  };
}

/** The planted secrets without `planted-`. The test itself plants the last part of an address. */
export const PLANTED_WORDS = [
  'access-key',
  'account-key',
  'api-key',
  'auth',
  'basic',
  'bearer',
  'code',
  'credentials',
  'discord',
  'fragment',
  'ftp-pass',
  'header-line',
  'header-pair',
  'in-json',
  'json-field',
  'key',
  'named-header',
  'named-image',
  'named-value',
  'nested',
  'otp',
  'pat',
  'pw',
  'query-token',
  'raw-header',
  'sas',
  'secret-key',
  'shared-signature',
  'signature',
  'slack',
  'teams',
  'token-alone',
  'url-password',
  'user',
  'user-pass',
  'x-auth',
];
