import { isWrite, type ProcedureSpec, type RestRoute } from '@renderdeck/contract';
import { PROCEDURES } from '@renderdeck/contract/router';

export type Told = ProcedureSpec & { readonly rest: RestRoute };
export type Example = {
  readonly body?: unknown;
  readonly answers: Readonly<Record<string, unknown>>;
};

const all: readonly ProcedureSpec[] = Object.values(PROCEDURES);
export const PLAIN: readonly Told[] = all.filter((spec): spec is Told => spec.rest !== undefined);

export const asObject = (value: unknown): object =>
  typeof value === 'object' && value ? value : {};

/** The examples of these routes, by `method path`. */
export function plainExamples(): Readonly<Record<string, Example>> {
  return Object.fromEntries(
    PLAIN.map(({ action, rest }) => {
      const { body, answer } = rest.example;
      const shown = isWrite(action) ? { success: true, ...asObject(answer) } : answer;
      const path = rest.path.replaceAll(/:(\w+)/g, '{$1}');
      return [
        `${rest.method.toLowerCase()} /api${path}`,
        { ...(body === undefined ? {} : { body }), answers: { [rest.status ?? 200]: shown } },
      ];
    }),
  );
}
