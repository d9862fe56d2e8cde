import { createClient } from '@renderdeck/client';
import {
  cancelReceiptSchema,
  listHostsOutput,
  type WireCancelReceipt,
  type WireHost,
} from '@renderdeck/contract';
import { waitFor } from '@renderdeck/testing/wait-for';

export type Client = ReturnType<typeof openClient>;

/** Sends requests to the farm's API with this token. The contract's schemas parse the answers. */
export function openClient(url: string, token: string) {
  const authorization = `Bearer ${token}`;
  const { api } = createClient({ url, token });

  /** Sends one REST request. Returns the body of the answer unchecked. */
  async function send(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(`${url}/api${path}`, {
      method,
      headers: {
        authorization,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
  }

  return {
    send,
    /** Cancels a job over REST. */
    async cancel(
      id: string,
      query = '',
      body?: { reason: string },
    ): Promise<{ status: number; message: unknown; receipt: WireCancelReceipt }> {
      const answer = await send('DELETE', `/jobs/${id}${query}`, body);
      if (answer.status > 202)
        throw new Error(`the cancel was refused: ${JSON.stringify(answer.body)}`);
      return {
        status: answer.status,
        message: member(answer.body, 'message'),
        receipt: cancelReceiptSchema.parse(member(answer.body, 'receipt')),
      };
    },
    /** Reads the job and its attempts through the API. */
    show: (id: string) => api.getJob.query({ id }),
    /** Waits until the host matches. Returns the host as the API shows it. */
    async untilHost(
      name: string,
      what: string,
      matches: (host: WireHost) => boolean,
      withinMs = 120_000,
    ): Promise<WireHost> {
      return await waitFor(
        async () => {
          const { hosts } = listHostsOutput.parse((await send('GET', '/hosts')).body);
          const host = hosts.find((one) => one.name === name);
          if (host !== undefined && matches(host)) return host;
          throw new Error(`it is ${JSON.stringify(host)}`);
        },
        { withinMs, what: `host ${name} to be ${what}` },
      );
    },
  };
}

/** Returns a member of a JSON object, or undefined. */
export function member(body: unknown, name: string): unknown {
  return typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined;
}
