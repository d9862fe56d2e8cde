import { ROLES } from '@renderdeck/contract';
import { InvalidArgumentError, Option } from 'commander';

/** The last option of every command. */
export function jsonOption(): Option {
  return new Option('--json', "print the API's answer as JSON");
}

export function roleOption(): Option {
  return new Option('--role <role>', 'what it may do').choices(ROLES);
}

/** Accepts any whole number. The API decides which numbers are allowed. */
export function wholeNumber(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new InvalidArgumentError('It is not a whole number.');
  return Number(text);
}
