/* The example of docs/webhooks.md is what a receiver copies: it checks what the API signs. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { signMessage } from '../../src/webhooks/sign-message.ts';

const check = z.object({
  isFromRenderdeck: z.custom<
    (headers: object, body: string, secret: string, nowMs?: number) => boolean
  >((value) => typeof value === 'function'),
});

async function example() {
  const document = await readFile(new URL('../../../../docs/webhooks.md', import.meta.url), 'utf8');
  const [, code = ''] = /```js\n([\s\S]*?)```/.exec(document) ?? [];
  return check.parse(await import(`data:text/javascript,${encodeURIComponent(code)}`));
}

test('the example takes a message of this secret, none that was changed or is old', async () => {
  const { isFromRenderdeck } = await example();
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const body = '{"type":"job.ended"}';
  const now = Date.UTC(2026, 2, 1);
  const headers = signMessage({ id: 'one', secret }, body, now);
  expect(isFromRenderdeck(headers, body, secret, now)).toBe(true);
  expect(isFromRenderdeck(headers, `${body} `, secret, now)).toBe(false);
  expect(isFromRenderdeck({ ...headers, 'webhook-id': 'two' }, body, secret, now)).toBe(false);
  expect(isFromRenderdeck(headers, body, 'whsec_b3RoZXI=', now)).toBe(false);
  expect(isFromRenderdeck(headers, body, secret, now + 301_000)).toBe(false);
  expect(isFromRenderdeck({}, body, secret, now)).toBe(false);
});

test('the example of Standard Webhooks has the signature that the standard gives it', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  expect(signMessage({ id, secret }, '{"test": 2432232314}', 1614265330_999)).toEqual({
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});
