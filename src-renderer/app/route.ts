import { create } from 'zustand';
import type { DeviceId } from '../../src-shared/domain/machine.ts';

/** What there is about the work of this machine, besides the page that opens first. */
export const WORK_PARTS = ['limits', 'models', 'check'] as const;
export type WorkPart = (typeof WORK_PARTS)[number];

/** Where a person is. Mirrored in the hash, so that tray, notifications and bookmarks can lead there. */
export type Route =
  | { readonly screen: 'home' | 'earnings' | 'stake' | 'network' | 'logs' }
  | { readonly screen: 'ask' | 'work'; readonly task: string | null }
  | { readonly screen: 'work'; readonly part: WorkPart }
  | { readonly screen: 'work'; readonly device: DeviceId }
  | { readonly screen: 'disputes'; readonly dispute: string | null }
  | { readonly screen: 'wallet'; readonly part: 'backup' | null };

export type Screen = Route['screen'];

export const useRoute = create<{ readonly route: Route }>(() => ({ route: { screen: 'home' } }));

/** Pure: "#/ask/abc" to a route; anything unknown is Home. */
export function parseRoute(hash: string): Route {
  const [screen = '', part = '', more = ''] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decode);
  switch (screen) {
    case 'ask':
      return { screen, task: part === '' ? null : part };
    case 'work':
      return workRoute(part, more);
    case 'wallet':
      return { screen, part: part === 'backup' ? part : null };
    case 'disputes':
      return { screen, dispute: /^\d{1,20}$/.test(part) ? part : null };
    case 'earnings':
    case 'stake':
    case 'network':
    case 'logs':
      return { screen };
    default:
      return { screen: 'home' };
  }
}

/** "#/work/limits", "#/work/machine/cpu"; anything else names a task. */
function workRoute(part: string, more: string): Route {
  const named = WORK_PARTS.find((each) => each === part);
  if (named !== undefined) return { screen: 'work', part: named };
  if (part === 'machine' && more !== '') return { screen: 'work', device: more };
  return { screen: 'work', task: part === '' || part === 'machine' ? null : part };
}

/** Pure: the inverse of `parseRoute`. */
export function formatRoute(route: Route): string {
  return `#/${[route.screen, ...partsOf(route)].map(encodeURIComponent).join('/')}`;
}

/** What follows the screen in the hash. A dialog is a part too. */
function partsOf(route: Route): readonly string[] {
  if ('device' in route) return ['machine', route.device];
  const part = 'part' in route ? route.part : thingOf(route);
  return part === null ? [] : [part];
}

/** The one thing a screen is about: a task, a dispute, a device, a part. Another thing is another page. */
export function thingOf(route: Route): string | null {
  if ('task' in route) return route.task;
  if ('device' in route) return route.device;
  if ('dispute' in route) return route.dispute;
  return route.screen === 'work' ? route.part : null;
}

export function go(route: Route): void {
  window.location.hash = formatRoute(route);
}

export function followHash(): void {
  const read = (): void => useRoute.setState({ route: parseRoute(window.location.hash) });
  window.addEventListener('hashchange', read);
  read();
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
