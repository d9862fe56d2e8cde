import * as contract from '@renderdeck/contract';
import { PROCEDURES, READS_OF_TRPC } from '@renderdeck/contract/router';
import ts from 'typescript';
import { z } from 'zod';
import { createAuxiliaryTypeStore, createTypeAlias, printNode, zodToTs } from 'zod-to-ts';

/** The event of each stream. */
const EVENTS = {
  onJobChange: { tracked: true, schema: contract.jobChangeEventSchema },
  onAttemptLog: { tracked: true, schema: contract.logChunkSchema },
  onHostChange: { tracked: false, schema: contract.hostSchema },
} as const;

const spec: Readonly<Record<string, contract.ProcedureSpec>> = PROCEDURES;
const streams: Readonly<Record<string, { tracked: boolean; schema: z.ZodType }>> = EVENTS;

/** The types of all calls and streams of the API, and all that they name. They import nothing. */
export function writeTypes(): string {
  const { declarations, typeOf } = namedTypes();
  const members = Object.values(spec).map((one) => {
    const { summary } = { summary: undefined, ...one.rest };
    const comment = summary === undefined ? '' : `  /** ${summary}. */\n`;
    return `${comment}  readonly ${one.action}: ${callOf(one, typeOf)};`;
  });
  const codes = Object.keys(contract.ERROR_CODES).map((code) => `  | '${code}'`);
  const api = `export interface Api {\n${members.join('\n')}\n}`;
  return [
    `/** Every call and stream of the API. */\n${api}`,
    `/** The code of every error. */\nexport type ErrorCode =\n${codes.join('\n')};`,
    ...declarations(),
  ].join('\n\n');
}

type TypeOf = (name: string, schema: z.ZodType, io: 'input' | 'output') => string;

function callOf({ action, input, output }: contract.ProcedureSpec, typeOf: TypeOf): string {
  const name = capital(action);
  const given = input === undefined ? 'void' : typeOf(`${name}Input`, input, 'input');
  const stream = streams[action];
  if (stream !== undefined) {
    const event = typeOf(`${name}Event`, stream.schema, 'output');
    return `Stream<${given}, ${stream.tracked ? `Tracked<${event}>` : event}>`;
  }
  if (output === undefined) throw new Error(`${action} has no output; add its event to EVENTS.`);
  const kind = READS_OF_TRPC.has(action) ? 'Query' : 'Mutation';
  return `${kind}<${given}, ${typeOf(`${name}Output`, output, 'output')}>`;
}

/** Declares each type once, under the name that the contract gives its schema. */
function namedTypes(): { declarations(): string[]; typeOf: TypeOf } {
  const names = contractNames();
  const inInput = new Map<z.core.$ZodType, string>([[contract.nexrenderJobSchema, 'NexrenderJob']]);
  const written = new Map<string, string>();
  const typeOf: TypeOf = (name, schema, io) => {
    const known = (one: z.core.$ZodType) =>
      inInput.get(one) ??
      (io === 'output' || one instanceof z.ZodEnum ? names.get(one) : undefined);
    const own = known(schema) ?? name;
    if (written.has(own)) return own;
    // Before its members are written, because they may name the type again.
    written.set(own, '');
    const { node } = zodToTs(schema, {
      io,
      auxiliaryTypeStore: createAuxiliaryTypeStore(),
      overrideFunction(part, typescript) {
        if (part === schema) return undefined;
        const inner = known(part);
        if (inner !== undefined)
          return typescript.factory.createTypeReferenceNode(typeOf(inner, asType(part), io));
        return part instanceof z.ZodRecord ? recordOf(part, io) : undefined;
      },
    });
    const text = printNode(createTypeAlias(node, own))
      // JSON leaves out what is undefined, and an unknown value may be.
      .replaceAll(/^( +\w+): unknown;$/gm, '$1?: unknown;')
      // A strict object. TypeScript refuses further members anyway.
      .replaceAll(/^ +\[x: string\]: never;\n/gm, '');
    written.set(own, `export ${text}`);
    return own;
  };
  const recordOf = (record: z.ZodRecord, io: 'input' | 'output') => {
    const parts = [record.keyType, record.valueType].map((part) => {
      const inner = names.get(part);
      if (inner !== undefined)
        return ts.factory.createTypeReferenceNode(typeOf(inner, asType(part), io));
      return zodToTs(part, { io, auxiliaryTypeStore: createAuxiliaryTypeStore() }).node;
    });
    return ts.factory.createTypeReferenceNode('Record', parts);
  };
  return { typeOf, declarations: () => [...written.values()] };
}

/** The schemas that the contract exports, with the name of each: `jobSchema` is `Job`. */
function contractNames(): ReadonlyMap<z.core.$ZodType, string> {
  const names = new Map<z.core.$ZodType, string>();
  for (const [name, value] of Object.entries(contract)) {
    const [, short] = /^(.+)Schema$/.exec(name) ?? [];
    if (short === undefined || !isNamed(value) || names.has(value)) continue;
    names.set(value, capital(short));
  }
  return names;
}

function isNamed(value: unknown): value is z.ZodType {
  return value instanceof z.ZodObject || value instanceof z.ZodEnum || value instanceof z.ZodUnion;
}

function asType(part: z.core.$ZodType): z.ZodType {
  if (part instanceof z.ZodType) return part;
  throw new Error('The contract has a schema that is not of zod.');
}

const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
