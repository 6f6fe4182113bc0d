import { z } from 'zod';
import type { Digest } from '../../src-shared/domain/ids.ts';
import type { ServerView } from '../../src-shared/domain/machine.ts';
import { cogHealth, cogSchemaOf } from '../compute/servers/cog-server.ts';
import { serverUrl } from '../compute/servers/local-address.ts';
import { openaiModels } from '../compute/servers/openai-server.ts';
import type { Settings } from '../store/settings.ts';
import { toErrorView, type ErrorView } from '../../src-shared/domain/errors.ts';
import { LibraryError } from './errors.ts';

const MAX_SERVERS = 32;
const serversSchema = z.array(z.object({ url: z.string(), kind: z.enum(['openai', 'cog']) })).max(MAX_SERVERS);
const modelsSchema = z.record(z.string(), z.string());

type Server = z.infer<typeof serversSchema>[number];

/** Servers of the person's own, and which of them has which model. What is in no manifest: addresses are private. */
export class Servers {
  readonly #settings: Settings;
  readonly #heard: (model: Digest, trouble: ErrorView | null) => void;

  /** @param heard told for each model of a server that was asked whether it answered, and else why not */
  constructor(settings: Settings, heard: (model: Digest, trouble: ErrorView | null) => void = () => undefined) {
    this.#settings = settings;
    this.#heard = heard;
  }

  /** Each is asked what it has; one that does not answer is in the list as gone. */
  async views(): Promise<ServerView[]> {
    return Promise.all(this.#all().map((server) => this.#view(server)));
  }

  /** Asks the server of a model whether it is there; undefined: it has none. Rejects with what asking throws. */
  look(model: Digest): Promise<void> | undefined {
    const url = this.of(model);
    const server = this.#all().find((each) => each.url === url);
    return server === undefined ? undefined : look(server).then(() => undefined);
  }

  /** @throws ComputeError `SERVER_ADDRESS`, `SERVER_GONE`, `SERVER_ANSWER`; LibraryError `SERVERS_FULL` */
  async add(url: string, kind: Server['kind']): Promise<ServerView> {
    const server = { url: serverUrl(url), kind };
    const seen = await look(server);
    const others = this.#all().filter((other) => other.url !== server.url);
    if (others.length >= MAX_SERVERS) throw new LibraryError('SERVERS_FULL', 'The list of servers is full.');
    this.#settings.set('servers', [...others, server]);
    return seen;
  }

  remove(url: string): void {
    const gone = serverUrl(url);
    this.#settings.set(
      'servers',
      this.#all().filter((server) => server.url !== gone),
    );
    const models = Object.entries(this.#models()).filter(([, server]) => server !== gone);
    this.#settings.set('servers.models', Object.fromEntries(models));
  }

  /** @throws LibraryError `SERVER_UNKNOWN` */
  get(url: string): Server {
    const wanted = serverUrl(url);
    const server = this.#all().find((each) => each.url === wanted);
    if (server === undefined) throw new LibraryError('SERVER_UNKNOWN', 'That server is not in the list.');
    return server;
  }

  bind(model: Digest, url: string): void {
    this.#settings.set('servers.models', { ...this.#models(), [model]: serverUrl(url) });
  }

  /** Address of the server that has a model; undefined: none, or it needs none. */
  of(model: Digest): string | undefined {
    return this.#models()[model];
  }

  async #view(server: Server): Promise<ServerView> {
    try {
      const seen = await look(server);
      this.#tell(server, null);
      return seen;
    } catch (error) {
      const trouble = toErrorView(error);
      this.#tell(server, trouble);
      return { ...server, state: 'gone', models: [], detail: trouble.message };
    }
  }

  #tell({ url }: Server, trouble: ErrorView | null): void {
    for (const [model, server] of Object.entries(this.#models()))
      if (server === url) this.#heard(model as Digest, trouble);
  }

  #all(): Server[] {
    return this.#settings.get('servers', serversSchema, []);
  }
  #models(): Record<string, string> {
    return this.#settings.get('servers.models', modelsSchema, {});
  }
}

async function look(server: Server): Promise<ServerView> {
  if (server.kind === 'openai') {
    const models = await openaiModels(server.url);
    return { ...server, state: 'reachable', models, detail: `${models.length} models` };
  }
  const [health, { inputs }] = [await cogHealth(server.url), await cogSchemaOf(server.url)];
  return {
    ...server,
    state: 'reachable',
    models: ['cog'],
    detail: `${health.toLowerCase()}; takes ${inputs.join(', ')}`,
  };
}
