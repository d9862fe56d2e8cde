import { Box, Text } from '@mantine/core';
import { visibleText } from '@renderdeck/contract';
import { useTemplates } from '../api/list-templates.ts';
import { wordsOf } from '../draft/field-words.ts';
import { nameOf, valueAt } from '../draft/job-value.ts';
import { turnSource } from '../draft/turn-path.ts';
import type { JobFormView } from './job-form-view.ts';
import { JobText } from './job-text.tsx';

const SRC = ['template', 'src'];
const COMPOSITION = ['template', 'composition'];
const TEMPLATES = 'submit-templates';
const COMPOSITIONS = 'submit-compositions';
/** The fields of the template that stand beside each other. */
const NEXT_TO_EACH_OTHER = [
  ['template', 'outputModule'],
  ['template', 'settingsTemplate'],
  ['template', 'frameStart'],
  ['template', 'frameEnd'],
];

const BESIDE = {
  display: 'grid',
  gap: 12,
  gridTemplateColumns: 'repeat(auto-fit, minmax(120px, 1fr))',
} as const;

/** What is rendered, and how After Effects writes it. Recent templates are offered. */
export function TemplateFields({ view }: { view: JobFormView }) {
  const templates = useTemplates();
  const src = valueAt(view.job, SRC);
  const known = templates.find((template) => template.src === src);
  return (
    <>
      <JobText
        view={view}
        path={SRC}
        label="Template"
        description="A path or an address that the hosts can read. It is not uploaded."
        list={TEMPLATES}
        turn={turnSource}
      />
      <datalist id={TEMPLATES}>
        {templates.map((template) => (
          <option
            key={template.src}
            value={template.src}
            label={visibleText(template.compositions.join(', '))}
          />
        ))}
      </datalist>
      <JobText view={view} path={COMPOSITION} label="Composition" list={COMPOSITIONS} />
      {known !== undefined && (
        <Text size="sm" c="dimmed" mt={-12}>
          Rendered of this template: {visibleText(known.compositions.join(', '))}.
        </Text>
      )}
      <datalist id={COMPOSITIONS}>
        {known?.compositions.map((composition) => (
          <option key={composition} value={composition} />
        ))}
      </datalist>
      <Box style={BESIDE}>
        {NEXT_TO_EACH_OTHER.map((path) => (
          <JobText
            key={nameOf(path)}
            view={view}
            path={path}
            label={wordsOf(nameOf(path))}
            description="Optional."
          />
        ))}
      </Box>
    </>
  );
}
