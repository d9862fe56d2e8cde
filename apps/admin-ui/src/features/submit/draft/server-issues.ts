import type { Problem } from '@renderdeck/contract';
import type { Issue } from './check-draft.ts';

/** What the server found wrong, each at its field; all it said where it named none. */
export function serverIssues({ code, detail, facts }: Problem): readonly Issue[] {
  if (code === 'priority_too_high') return [{ field: 'priority', message: detail }];
  const { field, fields } = facts;
  if (typeof field === 'string') return [{ field: dotted(field), message: detail }];
  const named = Array.isArray(fields) ? fields.flatMap(readField) : [];
  return named.length > 0 ? named : [{ field: 'json', message: detail }];
}

function readField(value: unknown): Issue[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!('field' in value) || !('message' in value)) return [];
  return [{ field: dotted(String(value.field)), message: String(value.message) }];
}

/** `job.assets[0].src` and `assets.0.src` are one field. */
function dotted(field: string): string {
  return field.replace(/\[(\d+)\]/g, '.$1').replace(/^job\./, '');
}
