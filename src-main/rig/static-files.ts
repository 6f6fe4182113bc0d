import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { RigError } from './errors.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

export interface StaticFile {
  readonly type: string;
  /** The build puts a hash into the names below assets/: those never change. */
  readonly immutable: boolean;
  read(): Promise<Buffer>;
}

/**
 * The built interface as a fixed list: path as requested -> file. What was not in the folder at the start cannot be asked
 * for, so no path is ever joined from what a browser sends. Source maps stay out.
 */
export class StaticFiles {
  readonly #files = new Map<string, StaticFile>();

  /** @throws RigError `NO_INTERFACE`. */
  constructor(folder: string) {
    let entries: ReturnType<typeof list>;
    try {
      entries = list(folder);
    } catch (cause) {
      throw new RigError('NO_INTERFACE', `The built interface is missing (${folder}).`, {
        cause,
        remedy: 'Run “npm run build” first.',
      });
    }
    for (const file of entries) {
      const path = `/${relative(folder, file).split(sep).join('/')}`;
      const type = TYPES[extname(file)];
      if (type === undefined) continue;
      this.#files.set(path, { type, immutable: path.startsWith('/assets/'), read: () => readFile(file) });
    }
    const start = this.#files.get('/index.html');
    if (start === undefined)
      throw new RigError('NO_INTERFACE', `The built interface has no index.html (${folder}).`, {
        remedy: 'Run “npm run build” first.',
      });
    this.#files.set('/', start);
  }

  get(path: string): StaticFile | undefined {
    return this.#files.get(path);
  }
}

/** By hand: Electron's view into its archive does not promise the recursive reading of folders. */
function list(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return list(path);
    return entry.isFile() ? [path] : [];
  });
}
