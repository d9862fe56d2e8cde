import { problemOf } from '@renderdeck/client/problem';
import { visibleText } from '@renderdeck/contract';

/** The field that a refusal is about, where the server names none. */
const FIELD_OF: Readonly<Record<string, string>> = {
  name_taken: 'name',
};

/** Why the server refused what stands in this field; null if the failure is not about it. */
export function fieldFailure(error: unknown, field: string): string | null {
  const problem = problemOf(error);
  if (problem === null) return null;
  const { fields } = problem.facts;
  const isNamed =
    Array.isArray(fields) && fields.some((one: unknown) => Object(one).field === field);
  return isNamed || FIELD_OF[problem.code] === field ? visibleText(problem.detail) : null;
}
