import { createHash } from 'node:crypto';

const STYLE =
  'body{font:1rem/1.5 system-ui,sans-serif;max-width:38rem;margin:4rem auto;padding:0 1.5rem;background:#faf8f4;color:#1f1d19}' +
  'code{background:#f2efe8;padding:.1em .3em;border-radius:4px}' +
  '@media(prefers-color-scheme:dark){body{background:#171613;color:#f1eee6}code{background:#34322c}}';

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** These pages carry their style with them: whoever sees them may not load anything. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export interface Page {
  readonly status: number;
  readonly html: string;
}

function page(status: number, title: string, ...sentences: readonly string[]): Page {
  const body = sentences.map((sentence) => `<p>${sentence}</p>`).join('\n');
  return {
    status,
    html: `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${STYLE}</style></head>\n<body><main><h1>${title}</h1>\n${body}\n</main></body></html>\n`,
  };
}

const HOW =
  'Press Enter in the terminal where the node runs, or run <code>npm run folkmoot -- url</code> on this machine, and open the address it prints.';

/** All sentences are fixed: nothing that a request brought along is ever shown. */
export const PAGES = {
  notFound: page(404, 'There is nothing here', 'Folkmoot has no such page.'),
  badMethod: page(405, 'Not that way', 'Folkmoot serves pages only.'),
  loginNeeded: page(
    401,
    'This browser is not let in yet',
    'The interface of a Folkmoot node opens with a one-time address.',
    HOW,
  ),
  tokenDead: page(
    401,
    'This address was used already, or is too old',
    'A one-time address works once, within ten minutes.',
    HOW,
  ),
  tooManyTries: page(429, 'Too many wrong addresses', 'Wait a minute.', HOW),
  prefetch: page(
    503,
    'Please open this address yourself',
    'Your browser asked for it in advance, which would have used it up.',
  ),
  wrongHost: page(
    421,
    'Wrong address',
    'Open the node as <code>http://127.0.0.1</code> with the port that it printed; through a tunnel, use the same port on both ends.',
  ),
} as const;
