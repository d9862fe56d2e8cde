import { visibleText, type WireDelivery } from '@renderdeck/contract';
import { formatNumber } from '../../../components/time/format-time.ts';

/** The answer to a try of a message, or why none came. Another program chose its text. */
export function describeTry(made: WireDelivery['tries'][number]): string {
  const { status, error, answer, durationMs } = made;
  if (status === null) return `no answer. ${visibleText(error ?? '')}`.trim();
  const said = answer === null || answer === '' ? '' : `: ${visibleText(answer)}`;
  return `answer ${status} after ${formatNumber(durationMs)} ms${said}`;
}
