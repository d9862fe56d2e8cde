import type { Json } from '@renderdeck/contract';
import { nameOf, type Path } from '../draft/job-value.ts';

/** What the fields of the form show and change: the job of the draft, and what is wrong with it. */
export type JobFormView = {
  readonly job: Json;
  /** What is wrong with a field, once the user has left it; null if nothing is wrong. */
  errorOf(field: string): string | null;
  set(path: Path, value: Json | undefined): void;
  leave(field: string): void;
};

/** The id of a field's input, so that a link can move focus to it. */
export function fieldId(field: string): string {
  return `submit-${field}`;
}

/** The props that every input of a field has. */
export function fieldProps(view: JobFormView, path: Path) {
  const field = nameOf(path);
  return { id: fieldId(field), error: view.errorOf(field), onBlur: () => view.leave(field) };
}
