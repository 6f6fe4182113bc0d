import type { IncomingMessage, ServerResponse } from 'node:http';
import { KEY_IN_HASH } from '../../src-shared/bridge/rig-key.ts';
import { SECURITY_HEADERS } from './headers.ts';
import type { LoginTokens } from './login-tokens.ts';
import { PAGE_POLICY, PAGES, type Page } from './pages.ts';
import { RateLimit } from './rate-limit.ts';
import type { Sessions } from './sessions.ts';
import type { StaticFiles } from './static-files.ts';

const WRONG_TOKENS_PER_MINUTE = 10;
const MAX_TOKEN_LENGTH = 128;

export interface RequestOptions {
  /** `127.0.0.1:port`: the only name under which this host answers, against DNS rebinding. */
  readonly authority: string;
  readonly files: StaticFiles;
  readonly tokens: LoginTokens;
  readonly sessions: Sessions;
  readonly now: () => number;
}

/** Answers plain HTTP: the login, and the interface's files for browsers that are logged in. */
export function createRequestHandler(
  options: RequestOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { authority, files, tokens, sessions, now } = options;
  const wrongTokens = new RateLimit(WRONG_TOKENS_PER_MINUTE, 60_000, now);

  const respond = (
    response: ServerResponse,
    status: number,
    headers: Record<string, string>,
    body: Buffer | string,
  ): void => {
    response.writeHead(status, {
      ...SECURITY_HEADERS,
      'Cache-Control': 'no-store',
      ...headers,
      'Content-Length': Buffer.byteLength(body),
    });
    // Node leaves the body out by itself where the method is HEAD.
    response.end(body);
  };
  const show = (response: ServerResponse, { status, html }: Page, headers: Record<string, string> = {}): void =>
    respond(
      response,
      status,
      { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': PAGE_POLICY, ...headers },
      html,
    );

  const login = (request: IncomingMessage, response: ServerResponse, url: URL): void => {
    // A browser that guesses where its user goes next must not use the token up.
    const purpose = request.headers['sec-purpose'] ?? request.headers['purpose'];
    if (purpose !== undefined || request.method === 'HEAD') return show(response, PAGES.prefetch);
    const token = url.searchParams.get('token');
    // A page of ours that lost its key is sent here.
    if (token === null) return show(response, PAGES.loginNeeded);
    if (token.length <= MAX_TOKEN_LENGTH && tokens.redeem(token)) {
      const { cookie, key } = sessions.open();
      // Behind the #, so that it is never sent: the page takes it from there.
      return respond(response, 303, { Location: `/#${KEY_IN_HASH}${key}`, 'Set-Cookie': cookie }, '');
    }
    // Opened again by somebody who is in already: no reason to alarm them.
    if (sessions.knows(request.headers.cookie)) return respond(response, 303, { Location: '/' }, '');
    if (wrongTokens.fail()) show(response, PAGES.tokenDead);
    else show(response, PAGES.tooManyTries, { 'Retry-After': '60' });
  };

  const file = async (response: ServerResponse, path: string): Promise<void> => {
    const found = files.get(path);
    if (found === undefined) return show(response, PAGES.notFound);
    const body = await found.read();
    respond(
      response,
      200,
      {
        'Content-Type': found.type,
        'Cache-Control': found.immutable ? 'private, max-age=31536000, immutable' : 'no-store',
      },
      body,
    );
  };

  return (request, response) => {
    if (request.headers.host !== authority) return show(response, PAGES.wrongHost);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return show(response, PAGES.badMethod, { Allow: 'GET, HEAD', Connection: 'close' });
    const target = request.url ?? '/';
    // Put together, not resolved: `//name/x` would be taken for another host's path.
    const address = `http://${authority}${target}`;
    if (!target.startsWith('/') || !URL.canParse(address)) return show(response, PAGES.notFound);
    const url = new URL(address);
    if (url.pathname === '/login') return login(request, response, url);
    if (!sessions.knows(request.headers.cookie)) return show(response, PAGES.loginNeeded);
    // Read errors (the folder was rebuilt under us) are a missing page, not a crash.
    file(response, url.pathname).catch(() => show(response, PAGES.notFound));
  };
}
