import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { Tour } from './start-tour.ts';

export const NOTICES = '/notices';

export async function webhookDialog({ page, goTo, check, close }: Tour): Promise<void> {
  const receiver = await startReceiver();
  await goTo(NOTICES);
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Add webhook' }).click();
  await check('add a webhook');
  await dialog.getByLabel('Name', { exact: true }).fill('chat');
  await dialog.getByLabel('Address').fill('nowhere');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText(/^Not saved\./).waitFor();
  await check('a webhook that is refused');
  await dialog.getByLabel('Address').fill(receiver.address);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText(/^Saved\. This secret/).waitFor();
  await check('secret of a webhook');
  await close();
  await page.getByRole('button', { name: 'Send a test: chat' }).click();
  await page.getByText(/^Test delivered/).waitFor();
  await check('webhooks and messages');
  await page.getByRole('button', { name: 'Edit: chat' }).click();
  await check('edit a webhook');
  await close();
  receiver.server.close();
}

/** Takes every message. */
async function startReceiver(): Promise<{ address: string; server: Server }> {
  const server = createServer((request, response) => {
    request.resume();
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const bound = server.address();
  const port = typeof bound === 'object' ? bound?.port : undefined;
  return { address: `http://127.0.0.1:${port}/`, server };
}
