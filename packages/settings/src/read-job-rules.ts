import { type JobRules, PRIVATE_NETWORKS, REFUSED_ADDRESSES } from '@renderdeck/domain';

/** The values of the settings for job rules, in the API and on a host. */
type Values = {
  readonly RENDERDECK_ACTIONS: readonly string[];
  readonly RENDERDECK_SCRIPTS: 'on' | 'off';
  readonly RENDERDECK_ALLOW_ADDRESSES: readonly string[];
  readonly RENDERDECK_REFUSE_ADDRESSES: readonly string[];
};

/** The rules that the API and the hosts read in the same way. */
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

/** The addresses to which messages of webhooks may go. */
export function readWebhookRules(networks: readonly string[]): JobRules['addresses'] {
  return { refused: PRIVATE_NETWORKS, allowed: networks };
}
