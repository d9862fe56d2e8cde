import { Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { describeStart, PRIORITY } from '@renderdeck/contract';
import { formatMoment } from '../../../components/estimate/describe-estimate.ts';
import { formatNumber } from '../../../components/time/format-time.ts';
import { useSubmitPreview } from '../api/preview-submit.ts';
import { fieldId } from './job-form-view.ts';

const PREVIEW_AFTER_MS = 150;

type Props = {
  text: string;
  error: string | null;
  onChange: (text: string) => void;
  onBlur: () => void;
};

/** The priority, and the position that it would give. */
export function PriorityField({ text, error, onChange, onBlur }: Props) {
  const wanted = readPriority(text);
  const [previewed] = useDebouncedValue(wanted, PREVIEW_AFTER_MS);
  const preview = useSubmitPreview(previewed);
  const highest = preview.data?.highestPriority ?? PRIORITY.max;
  const tooHigh = wanted !== null && wanted > highest ? `You may set at most ${highest}.` : null;
  return (
    <div>
      <TextInput
        id={fieldId('priority')}
        label="Priority"
        description={`${PRIORITY.min} to ${highest}. Higher runs first. Equal: older first.`}
        inputMode="numeric"
        error={error ?? tooHigh}
        value={text}
        onChange={(event) => onChange(event.currentTarget.value)}
        onBlur={onBlur}
      />
      <Text role="status" size="sm" c="dimmed" mih={20} mt={4}>
        {preview.data !== undefined && wanted !== null && tooHigh === null && (
          <>
            Would be position {formatNumber(preview.data.position)} of{' '}
            {formatNumber(preview.data.queued + 1)}.
            {preview.data.start &&
              ` Without tags: ${describeStart(preview.data.start, formatMoment)}.`}
          </>
        )}
        {preview.isError && 'No preview. You can still submit.'}
      </Text>
    </div>
  );
}

/** The priority that was typed; null if the text is no priority. */
function readPriority(text: string): number | null {
  const value = /^\d{1,3}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= PRIORITY.min && value <= PRIORITY.max ? value : null;
}
