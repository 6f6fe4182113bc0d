/** The interface's own origin inside Electron: no file: address, so its policy is as strict as a web page's. */
export const SCHEME = 'folkmoot';
export const ORIGIN = `${SCHEME}://app`;
export const START = `${ORIGIN}/index.html`;

/** Pages of this app; everything else may neither be loaded nor speak over the bridge. */
export function isOwn(url: string): boolean {
  return url === ORIGIN || url.startsWith(`${ORIGIN}/`);
}

/** What the interface may load: its own files, and what it made itself (drawings, a vault to save). */
export function mayLoad(url: string, developing: boolean): boolean {
  if (isOwn(url) || url.startsWith('data:') || url.startsWith(`blob:${ORIGIN}/`)) return true;
  return developing && (url.startsWith('devtools:') || url.startsWith('chrome-extension:'));
}
