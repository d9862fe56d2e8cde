import { expect, it } from 'vitest';
import { exampleSize } from '../procedures/hosts/list-hosts.ts';
import { describeSize } from './describe-size.ts';

it('a farm that fits is one line without a warning', () => {
  expect(describeSize(exampleSize)).toEqual({
    line:
      'PostgreSQL: 12 of 97 connections open, 15 when all hosts render; 1 server, 2 hosts with ' +
      'connections of their own; notification queue 0 % full',
    warnings: [],
  });
});

it('too few connections are named with the setting that helps, before they are used up', () => {
  const size = { ...exampleSize, openConnections: 90, directHosts: 30, renderingHosts: 10 };
  expect(describeSize(size).warnings).toEqual([
    'PostgreSQL has 97 connections for programs (max_connections 100, less 3 for its operators). ' +
      '90 are open, and 112 are needed when all hosts render. Set max_connections to 150 and ' +
      'restart PostgreSQL, or let hosts share connections: PgBouncer and RENDERDECK_LISTEN=off.',
  ]);
  expect(describeSize({ ...size, openConnections: 75 }).warnings).toEqual([]);
});

it('a notification queue that fills up is a warning', () => {
  expect(describeSize({ ...exampleSize, notificationQueue: 0.42 }).warnings).toEqual([
    expect.stringMatching(/^The notification queue of PostgreSQL is 42 % full: /),
  ]);
  expect(describeSize({ ...exampleSize, notificationQueue: 0.09 }).warnings).toEqual([]);
});
