import { HIDDEN, type ListTemplatesOutput } from '@renderdeck/contract';
import type { UsedTemplate } from '@renderdeck/operations';

/** Templates with their compositions, the newest first. One whose address is a secret is no use. */
export function wireTemplates(used: readonly UsedTemplate[]): ListTemplatesOutput['templates'] {
  const templates = new Map<string, ListTemplatesOutput['templates'][number]>();
  for (const { src, composition, usedAt } of used) {
    if (src.includes(HIDDEN)) continue;
    const known = templates.get(src) ?? { src, compositions: [], usedAt: usedAt.toISOString() };
    if (!composition.includes(HIDDEN)) known.compositions.push(composition);
    templates.set(src, known);
  }
  return [...templates.values()].filter(({ compositions }) => compositions.length > 0);
}
