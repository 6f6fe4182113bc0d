// The default session: which schemes the app serves itself, and which requests it lets through.

/** Chromium knows no foreign scheme: `folkmoot://app/x` is `http://app.folkmoot.localhost/x` to it, and back again to the app. */
const INNER = /^http:\/\/([^./]+)\.([^./]+)\.localhost(\/|$)/;
export const outward = (url) => url.replace(INNER, '$2://$1$3');
export const inward = (url) =>
  url.replace(/^(?!https?|file|data|blob|about)([a-z]+):\/\/([^/]+)/, 'http://$2.$1.localhost');

const schemes = new Map();
let beforeRequest = (_details, answer) => answer({ cancel: false });

export const defaultSession = {
  setPermissionRequestHandler() {},
  setPermissionCheckHandler() {},
  setDevicePermissionHandler() {},
  webRequest: { onBeforeRequest: (listener) => (beforeRequest = listener) },
  protocol: { handle: (scheme, handler) => schemes.set(scheme, handler) },
};

/** Answers every request of a page as the app would. Nothing reaches the net. */
export async function answerRequest(route) {
  const request = route.request();
  const url = outward(request.url());
  const { cancel } = await new Promise((resolve) => beforeRequest({ url, method: request.method() }, resolve));
  const handler = schemes.get(new URL(url).protocol.slice(0, -1));
  if (cancel || handler === undefined) return route.abort();
  const response = await handler(new Request(url, { method: request.method() }));
  return route.fulfill({
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  });
}
