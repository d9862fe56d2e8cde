import { MEASURE_RANGES, type MeasureRange } from '@renderdeck/contract';
import { createRoute } from '@tanstack/react-router';
import { lazyPage } from '../lazy-page.tsx';
import { authenticated } from './root.tsx';

const MeasuresPage = lazyPage(
  async () => (await import('../../features/measures/components/measures-page.tsx')).MeasuresPage,
);

export const measures = createRoute({
  getParentRoute: () => authenticated,
  path: '/measures',
  validateSearch: ({ range }: Record<string, unknown>): { range: MeasureRange } => ({
    range: MEASURE_RANGES.find((known) => known === range) ?? '24h',
  }),
  component: function Measures() {
    return <MeasuresPage range={measures.useSearch().range} />;
  },
});
