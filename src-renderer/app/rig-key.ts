import { KEY_IN_HASH } from '../../src-shared/bridge/rig-key.ts';

const STORED = 'folkmoot.key';

/** Takes the key that the login left in the address, before anything else reads the address. */
export function takeKey(): void {
  const prefix = `#${KEY_IN_HASH}`;
  if (!window.location.hash.startsWith(prefix)) return;
  window.localStorage.setItem(STORED, window.location.hash.slice(prefix.length));
  window.history.replaceState(null, '', '/');
}

/** Shared by the tabs of this very address, port included. null in the desktop app, and in a browser that was not let in. */
export function key(): string | null {
  return window.localStorage.getItem(STORED);
}

/** The node does not know this browser's key: it needs a fresh address, and the page that says how to get one. */
export function askForKey(): void {
  window.localStorage.removeItem(STORED);
  window.location.replace('/login');
}
