import { readdir, readFile } from 'node:fs/promises';

/** What shows something over the page: of Mantine, of the browser, and our own `Dialog`. */
const OPENERS =
  'Dialog|Modal|Drawer|Menu|Popover|HoverCard|Combobox|Select|Autocomplete|MultiSelect|TagsInput|' +
  'Tooltip|LoadingOverlay|Notification|Spotlight|dialog';
/** Our components that only frame a dialog. A component that uses one shows a dialog. */
const FRAMES = ['Dialog', 'ChangeForm', 'ConfirmDialog', 'HostActDialog'];

const TAG = new RegExp(`<(?:${OPENERS}|${FRAMES.join('|')})(?:[.]Root)?[\\s>]`);
const SOURCE = new URL('../../src/', import.meta.url);

/** Every component of the source that shows something over the page. */
export async function findDialogs(): Promise<string[]> {
  const files = (await readdir(SOURCE, { recursive: true })).filter(
    (path) => path.endsWith('.tsx') && !path.endsWith('.test.tsx'),
  );
  const found = await Promise.all(
    files.map(async (path) => dialogsIn(await readFile(new URL(path, SOURCE), 'utf8'))),
  );
  return found
    .flat()
    .filter((name) => !FRAMES.includes(name))
    .sort();
}

/** The top-level functions of this source that have such a tag. */
function dialogsIn(source: string): string[] {
  const functions = source.split(/^(?:export )?function (?=\w)/m).slice(1);
  return functions.filter((text) => TAG.test(text)).map((text) => /^\w+/.exec(text)?.[0] ?? '');
}
