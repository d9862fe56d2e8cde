/*
 * Documents name only things that exist, and their tables match the code. A document that does not
 * exist yet is not checked. Each failure says which edit fixes it.
 *
 * Long because: its tests share what they read.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ACTIONS, ERROR_CODES, type ProcedureSpec } from '@renderdeck/contract';
import { PROCEDURES } from '@renderdeck/contract/router';
import { JOB_EVENTS, TRANSITIONS, VERSION } from '@renderdeck/domain';
import {
  INTERNAL_VARIABLES,
  REPLACED_LIMITS,
  settings,
  settingsTables,
} from '@renderdeck/settings';
import { describe, expect, it } from 'vitest';
import { spellsStatus } from './checks/status-words.ts';
import {
  all,
  DOCUMENTS as documents,
  eachLine,
  FILES as files,
  linesBetween,
} from './documents/read-documents.ts';
import { readText, TOP } from './tracked-files.ts';

const TEST_CODE = [
  '[.](test|testsuite)[.]',
  '^packages/testing/|^apps/(e2e|bench)/|/(test|testing|browser)/',
].join('|');
const isTest = (file: string) => new RegExp(TEST_CODE).test(file);

describe('documents', () => {
  it('name only paths that exist', async () => {
    const missing = await eachLine(documents, (line, document) => [
      ...all(line, /`((?:packages|apps|scripts|docs|[.]ci|[.]biome)\/[\w./-]+)`/g).filter(
        (path) => !existsSync(join(TOP, path)),
      ),
      ...all(line, /\]\(([^)#\s]+)(?:#[^)]*)?\)/g)
        .filter((link) => !/^[a-z]+:/.test(link))
        .filter((link) => !existsSync(join(TOP, dirname(document), decodeURI(link)))),
    ]);
    expect(missing, 'Correct the path in the document, or restore the file.').toEqual([]);
  });

  it('name for each promise a test that `pnpm test` runs', async () => {
    const missing = await eachLine(['docs/guarantees.md'], (line) => {
      const tests = all(line, /`([\w/.-]+[.]test[.]ts)`/g);
      const isAttacked = tests.some((test) => !test.includes('.long.test.'));
      return tests.length === 0 || isAttacked ? [] : [line];
    });
    expect(missing, 'Name a short test of this promise beside the long one.').toEqual([]);
  });

  it('link only to headings that exist', async () => {
    const headings = new Map<string, string[]>();
    for (const document of documents)
      headings.set(document, all((await readText(document)) ?? '', /^#+ (.*)$/gm).map(toAnchor));
    const missing = await eachLine(documents, (line, document) =>
      [...line.matchAll(/\]\(([^):#\s]*)#([^)\s]+)\)/g)]
        .filter(([, path = '', anchor = '']) => {
          const page = path === '' ? document : join(dirname(document), path);
          return headings.get(page)?.includes(anchor) === false;
        })
        .map(([link]) => link),
    );
    expect(missing, 'Correct the part of the link after #.').toEqual([]);
  });

  it('name only commands that package.json has, with its version of pnpm', async () => {
    const { scripts, packageManager } = JSON.parse(String(await readText('package.json')));
    const wrong = await eachLine(documents, (line) =>
      [...line.matchAll(/\b(pnpm@[\d.]+) (?:run )?([a-z][\w:]*)/g)]
        .filter(
          ([, version, script = '']) =>
            version !== packageManager ||
            !(script in scripts || ['install', 'exec', 'ctl'].includes(script)),
        )
        .map(([command]) => command),
    );
    expect(
      wrong,
      `Scripts: ${Object.keys(scripts).join(', ')}; version: ${packageManager}.`,
    ).toEqual([]);
  });

  it('name every environment variable that a config.ts reads', async () => {
    const text = (await Promise.all(documents.map(readText))).join('\n');
    const configs = files.filter((file) => /\/config[.]ts$/.test(file));
    const variables = new Set(
      (await Promise.all(configs.map(readText))).flatMap((text) =>
        all(text ?? '', /\b(RENDERDECK_[A-Z_]+[A-Z])\b/g),
      ),
    );
    const undocumented = text === '' ? [] : [...variables].filter((name) => !text.includes(name));
    expect(
      undocumented,
      'Add each to packages/settings/src/settings.ts and to docs/settings.md.',
    ).toEqual([]);
  });
});

describe('README.md', async () => {
  const text = (await readText('README.md')) ?? '';

  it('has at most 200 lines, and begins with the command that runs the farm and its tests', () => {
    expect(text.split('\n').length).toBeLessThanOrEqual(200);
    const [first = '', clone = ''] = all(text, /```sh\n([\s\S]*?)```/g);
    expect(first).toMatch(/^npm i -g renderdeck && renderdeck demo /);
    expect(all(clone, /pnpm@[\d.]+ (\w+)/g)).toEqual(['demo', 'test']);
  });

  it('links to every page of docs', () => {
    const pages = documents.filter((file) => /^docs\/(hosts\/)?[\w-]+[.]md$/.test(file));
    const links = all(text, /\]\(([^)#\s]+)/g);
    expect(pages.filter((page) => !links.includes(page))).toEqual([]);
  });
});

describe('docs/settings.md', async () => {
  const text = await readText('docs/settings.md');

  it.each(Object.entries(settingsTables()))('shows the table of the %s settings', (name, table) => {
    const rows = linesBetween(text, `${name} settings`);
    const missing = table.filter((row) => !rows.includes(row));
    expect(missing, `Write these rows below <!-- ${name} settings -->.`).toEqual([]);
    expect(rows, 'Remove every other row, and keep the order.').toEqual(table);
  });
});

describe('docs/nginx.conf', async () => {
  const text = await readText('docs/nginx.conf');

  it('lets a body pass that the API takes', () => {
    const most = settings.shape.RENDERDECK_MAX_BODY_MB.parse(undefined);
    expect(text).toContain(`client_max_body_size ${most}m;`);
  });
});

describe('packages/settings', () => {
  it('has every variable of Renderdeck that the code names', async () => {
    const sources = files.filter(
      (file) => /^(packages|apps|scripts|[.]ci)\/|[.]ts$/.test(file) && !isTest(file),
    );
    const named = (await Promise.all(sources.map(readText))).flatMap((text) =>
      all(text ?? '', /\b(RENDERDECK_[A-Z_]+[A-Z])\b/g),
    );
    const unknown = [...new Set(named)].filter(
      (name) => !(name in settings.shape || name in REPLACED_LIMITS || name in INTERNAL_VARIABLES),
    );
    expect(unknown, 'Add each to packages/settings/src/settings.ts.').toEqual([]);
  });
});

describe('docs/errors.md', async () => {
  const text = await readText('docs/errors.md');

  it('lists every error code with its status, and no other', () => {
    if (text === null) return;
    const listed = [...text.matchAll(/^\| *`(\w+)` *\| *(\d{3}) *\|/gm)].map(
      ([, code, status]) => `${code} ${status}`,
    );
    const real = Object.entries(ERROR_CODES).map(([code, { status }]) => `${code} ${status}`);
    expect(
      listed.toSorted(),
      'Rows start with | `code` | status |; the codes are in packages/contract/src/errors.ts.',
    ).toEqual(real.toSorted());
  });
});

describe('docs/actions.md', async () => {
  const text = await readText('docs/actions.md');

  it('has the role and the route of each action', () => {
    if (text === null) return;
    const specs: readonly ProcedureSpec[] = Object.values(PROCEDURES);
    const rows = specs.map(({ action, rest }) => {
      const route = rest === undefined ? '' : `\`${rest.method} /api${rest.path}\``;
      return `| ${action} | ${ACTIONS[action].role} | ${route} | ${rest?.summary ?? ''} |`;
    });
    const table = ['| action | role | route | what |', '| --- | --- | --- | --- |', ...rows].join(
      '\n',
    );
    expect(text.slice(text.indexOf('| action')).trim(), `Put this at the end:\n\n${table}\n`).toBe(
      table,
    );
  });
});

describe('ARCHITECTURE.md', async () => {
  const text = await readText('ARCHITECTURE.md');

  it("shows the domain's transition table", () => {
    if (text === null) return;
    const rows = JOB_EVENTS.map((event) => ({ event, ...TRANSITIONS[event] })).map(
      ({ event, from, to, by, note }) => `| ${[event, from, to, by, note].join(' | ')} |`,
    );
    const table = [
      '| event | from | to | by | note |',
      '| --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n');
    expect(
      linesBetween(text, 'transitions').join('\n').trim(),
      `Put this between <!-- transitions --> and <!-- /transitions -->:\n\n${table}\n`,
    ).toBe(table);
  });
});

describe('code', () => {
  it('spells a status only in the domain, in migrations and where people read it', async () => {
    const homes = new RegExp(
      [
        '^packages/domain/|/migrations/|^apps/standalone/src/tour',
        '^packages/contract/src/(procedures/|jobs/status-label[.]ts$)',
        '^packages/rest-adapter/src/examples[.]ts$',
      ].join('|'),
    );
    const sources = files.filter(
      (file) =>
        /^(packages|apps)\/.*[.](ts|tsx|mjs)$/.test(file) && !isTest(file) && !homes.test(file),
    );
    const found = await eachLine(sources, (line) => (spellsStatus(line) ? [line.trim()] : []));
    expect(
      found,
      'Use the domain (isFinal, isRunning, TRANSITIONS[event].from) instead of the status text.',
    ).toEqual([]);
  });

  it('has one version: of each package, of the programs and of the REST API', async () => {
    const packages = files.filter((file) => /(^|\/)package[.]json$/.test(file));
    const found = await Promise.all(
      packages.map(async (file) => JSON.parse((await readText(file)) ?? '{}').version),
    );
    expect(new Set(found)).toEqual(new Set([VERSION]));
  });

  it('opens each package with what it is for and which file to read first', async () => {
    const entries = files.filter((file) => /^packages\/[^/]+\/src\/index[.]ts$/.test(file));
    const silent = (
      await Promise.all(
        entries.map(async (file) => ((await readText(file))?.startsWith('/*') ? [] : [file])),
      )
    ).flat();
    expect(silent, 'Begin the file with a comment of 5–12 lines.').toEqual([]);
  });
});

describe('committed files', () => {
  it('name no folder of one machine, no package registry, and nothing left to do', async () => {
    const folder = /(?<![\w.~}-])[/](?:work|root|home[/](?!<|you)\w+)[/]\w/;
    const registry =
      /\b(?:registry|artifactory|nexus|verdaccio)[.][a-z][\w-]*[.][a-z]{2,}|[_]authToken/;
    const leftToDo = new RegExp(`\\b${'TO'}${'DO'}\\b`);
    const found = await eachLine(files, (line) =>
      folder.test(line) || registry.test(line) || leftToDo.test(line)
        ? [line.trim().slice(0, 200)]
        : [],
    );
    expect(found, 'Remove the machine, the registry or the open task from the text.').toEqual([]);
  });
});

/** Returns the anchor that GitHub makes from a heading. */
function toAnchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
