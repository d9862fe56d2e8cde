import { type JobRules, PRIVATE_NETWORKS, REFUSED_ADDRESSES } from '@renderdeck/domain';

/** The values of these settings, in the API and on a host. */
type Values = {
  readonly RENDERDECK_ACTIONS: readonly string[];
  readonly RENDERDECK_SCRIPTS: 'on' | 'off';
  readonly RENDERDECK_ALLOW_ADDRESSES: readonly string[];
  readonly RENDERDECK_REFUSE_ADDRESSES: readonly string[];
};

/** What a job may use, as far as the API and the hosts read it in the same way. */
export function readJobRules(values: Values): Pick<JobRules, 'actions' | 'scripts' | 'addresses'> {
  return {
    actions: values.RENDERDECK_ACTIONS,
    scripts: values.RENDERDECK_SCRIPTS === 'on',
    addresses: {
      refused: [...REFUSED_ADDRESSES, ...values.RENDERDECK_REFUSE_ADDRESSES],
      allowed: values.RENDERDECK_ALLOW_ADDRESSES,
    },
  };
}

/** Where messages of webhooks may go. */
export function readWebhookRules(networks: readonly string[]): JobRules['addresses'] {
  return { refused: PRIVATE_NETWORKS, allowed: networks };
}
