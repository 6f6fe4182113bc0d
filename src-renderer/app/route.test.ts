import { describe, expect, it } from 'vitest';
import { formatRoute, parseRoute, type Route } from './route.ts';

const routes: readonly Route[] = [
  { screen: 'home' },
  { screen: 'ask', task: null },
  { screen: 'ask', task: 'a/b c' },
  { screen: 'work', task: null },
  { screen: 'work', task: '0x8f2c' },
  { screen: 'work', part: 'limits' },
  { screen: 'work', part: 'models' },
  { screen: 'work', part: 'check' },
  { screen: 'work', device: 'cpu' },
  { screen: 'work', device: 'gpu:0000:0c:00.0' },
  { screen: 'logs' },
  { screen: 'earnings' },
  { screen: 'stake' },
  { screen: 'disputes', dispute: null },
  { screen: 'disputes', dispute: '12' },
  { screen: 'wallet', part: null },
  { screen: 'wallet', part: 'backup' },
  { screen: 'network' },
];

describe('route', () => {
  it.each(routes)('survives the hash: %j', (route) => expect(parseRoute(formatRoute(route))).toEqual(route));
  it.each(['', '#', '#/', '#/nowhere', '#/home/x'])('%j is Home', (hash) =>
    expect(parseRoute(hash)).toEqual({ screen: 'home' }),
  );
  it('no device is the list of all', () =>
    expect(parseRoute('#/work/machine')).toEqual({ screen: 'work', task: null }));
  it('survives a broken escape', () => expect(parseRoute('#/ask/%E0%A4%A')).toEqual({ screen: 'ask', task: null }));
  it.each(['#/disputes/', '#/disputes/x1', '#/disputes/-1', '#/disputes/123456789012345678901'])(
    '%j is no dispute',
    (hash) => expect(parseRoute(hash)).toEqual({ screen: 'disputes', dispute: null }),
  );
});
