import { create } from 'zustand';

/** Where a person is. Mirrored in the hash, so that tray, notifications and bookmarks can lead there. */
export type Route =
  | { readonly screen: 'home' }
  | { readonly screen: 'ask'; readonly task: string | null }
  | { readonly screen: 'work'; readonly task: string | null }
  | { readonly screen: 'earnings' }
  | { readonly screen: 'stake' }
  | { readonly screen: 'disputes'; readonly dispute: string | null }
  | { readonly screen: 'wallet'; readonly part: 'backup' | null }
  | { readonly screen: 'network' };

export type Screen = Route['screen'];

export const useRoute = create<{ readonly route: Route }>(() => ({ route: { screen: 'home' } }));

/** Pure: "#/ask/abc" to a route; anything unknown is Home. */
export function parseRoute(hash: string): Route {
  const [screen = '', part = ''] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decode);
  switch (screen) {
    case 'ask':
    case 'work':
      return { screen, task: part === '' ? null : part };
    case 'wallet':
      return { screen, part: part === 'backup' ? part : null };
    case 'disputes':
      return { screen, dispute: /^\d{1,20}$/.test(part) ? part : null };
    case 'earnings':
    case 'stake':
    case 'network':
      return { screen };
    default:
      return { screen: 'home' };
  }
}

/** Pure: the inverse of `parseRoute`. */
export function formatRoute(route: Route): string {
  const part = partOf(route);
  return `#/${route.screen}${part === null ? '' : `/${encodeURIComponent(part)}`}`;
}

/** The second part of the hash. A dialog is a part too. */
function partOf(route: Route): string | null {
  return thingOf(route) ?? ('part' in route ? route.part : null);
}

/** The one thing a screen is about: a task or a dispute. Another thing is another page. */
export function thingOf(route: Route): string | null {
  if ('task' in route) return route.task;
  return 'dispute' in route ? route.dispute : null;
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
