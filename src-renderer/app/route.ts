import { create } from 'zustand';

/** Where a person is. Mirrored in the hash, so that tray, notifications and bookmarks can lead there. */
export type Route =
  | { readonly screen: 'home' }
  | { readonly screen: 'ask'; readonly task: string | null }
  | { readonly screen: 'work'; readonly task: string | null }
  | { readonly screen: 'earnings' }
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
    case 'earnings':
    case 'network':
      return { screen };
    default:
      return { screen: 'home' };
  }
}

/** Pure: the inverse of `parseRoute`. */
export function formatRoute(route: Route): string {
  const part = 'task' in route ? route.task : 'part' in route ? route.part : null;
  return `#/${route.screen}${part === null ? '' : `/${encodeURIComponent(part)}`}`;
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
