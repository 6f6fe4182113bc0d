import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * For tests only: a STAND-IN for the docker program, not Docker. It knows the few commands that Folkmoot uses, refuses
 * every other word, and "runs" a container by starting a process on this machine. It isolates nothing. Its memory is the
 * folder that is its first argument: `images.json` (reference -> behaviour), `down` (the engine does not answer), one
 * file for each container and network, and `asked.log`, all that it was ever asked.
 */
interface Thing {
  readonly id: string;
  readonly name: string;
  readonly labels: readonly string[];
  readonly network?: string;
  readonly pid?: number;
  readonly port?: string;
}

const [folder = '', ...args] = process.argv.slice(2);
appendFileSync(join(folder, 'asked.log'), `${JSON.stringify(args)}\n`);

function fail(why: string, code = 1): never {
  process.stderr.write(`${why}\n`);
  process.exit(code);
}

/** Splits options from the rest; one that is not known ends the program, as it would Docker. */
function parse(
  words: readonly string[],
  valued: string,
  flags: string,
): { options: Map<string, string[]>; rest: string[] } {
  const options = new Map<string, string[]>();
  let at = 0;
  for (; at < words.length && words[at]?.startsWith('-'); at++) {
    const word = words[at] ?? '';
    if (flags.split(' ').includes(word)) options.set(word, []);
    else if (valued.split(' ').includes(word)) options.set(word, [...(options.get(word) ?? []), words[++at] ?? '']);
    else fail(`unknown flag: ${word}`, 125);
  }
  return { options, rest: words.slice(at) };
}

const file = (kind: string, name: string): string => join(folder, kind, `${name}.json`);
function all(kind: string): Thing[] {
  return readdirSync(join(folder, kind))
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, kind, name), 'utf8')) as Thing);
}
function find(kind: string, named: string): Thing {
  return all(kind).find(({ id, name }) => id === named || name === named) ?? fail(`Error: No such ${kind}: ${named}`);
}
function put(kind: string, thing: Omit<Thing, 'id'>): void {
  if (existsSync(file(kind, thing.name))) fail(`${thing.name} already exists`);
  const id = createHash('sha256').update(`${kind} ${thing.name}`).digest('hex');
  writeFileSync(file(kind, thing.name), JSON.stringify({ id, ...thing }));
  process.stdout.write(`${id}\n`);
}
function list(kind: string, filters: readonly string[] = []): void {
  const wanted = filters.map((filter) => filter.replace(/^label=/, ''));
  for (const { id, labels } of all(kind))
    if (wanted.every((label) => labels.includes(label))) process.stdout.write(`${id}\n`);
}
function runs(pid = 0): boolean {
  try {
    process.kill(pid, 0);
    // Ended, and its new parent has not looked yet.
    return !/^\d+ \(.*\) Z/.test(existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : '');
  } catch {
    return false;
  }
}
function behaviourOf(image: string): string {
  const images = JSON.parse(readFileSync(join(folder, 'images.json'), 'utf8')) as Record<string, string>;
  return images[image] ?? fail(`Error response from daemon: No such image: ${image}`);
}

function run(words: readonly string[]): void {
  const { options, rest } = parse(
    words,
    '--name --label --network --publish --tmpfs --memory --memory-swap --cpus --pids-limit --cap-drop --security-opt --ipc --log-driver',
    '--detach --init --pull=never --restart=no --read-only',
  );
  const [image = '', ...command] = rest;
  if (command.length > 0) fail('the stand-in runs no commands', 125);
  const behaviour = behaviourOf(image);
  const [name = ''] = options.get('--name') ?? [];
  const [network = ''] = options.get('--network') ?? [];
  find('networks', network);
  const port = /^127\.0\.0\.1:(\d+):5000$/.exec(options.get('--publish')?.[0] ?? '')?.[1] ?? fail('no such port', 125);
  const server = join(dirname(fileURLToPath(import.meta.url)), 'test-docker-cog.ts');
  const child = spawn(
    process.execPath,
    ['--no-warnings', server, port, behaviour, join(folder, 'containers', `${name}.exit`)],
    { detached: true, stdio: 'ignore' },
  );
  child.unref();
  put('containers', { name, labels: options.get('--label') ?? [], network, pid: child.pid ?? 0, port });
}

function inspect(words: readonly string[]): void {
  const { options, rest } = parse(words, '--format', '');
  const { pid, name } = find('containers', rest[0] ?? '');
  // Ports are published here, so nothing else has an address.
  if (!options.get('--format')?.[0]?.includes('State')) return;
  const exit = join(folder, 'containers', `${name}.exit`);
  const code = existsSync(exit) ? readFileSync(exit, 'utf8') : '137';
  process.stdout.write(runs(pid) ? 'true 0 false\n' : `false ${code} false\n`);
}

function remove(words: readonly string[]): void {
  const thing = find('containers', parse(words, '', '--force --volumes').rest[0] ?? '');
  if (runs(thing.pid)) process.kill(thing.pid ?? 0, 'SIGKILL');
  rmSync(file('containers', thing.name));
}

function network([what, ...words]: readonly string[]): void {
  if (what === 'ls') return list('networks', parse(words, '--filter', '--quiet --no-trunc').options.get('--filter'));
  if (what === 'create') {
    const { options, rest } = parse(words, '--driver --label', '--internal');
    return put('networks', { name: rest[0] ?? '', labels: options.get('--label') ?? [] });
  }
  if (what !== 'rm') fail(`unknown command: network ${what}`);
  const { name } = find('networks', words[0] ?? '');
  if (all('containers').some((each) => each.network === name)) fail(`network ${name} has active endpoints`);
  rmSync(file('networks', name));
}

if (existsSync(join(folder, 'down')))
  fail('Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?');
const [command, ...words] = args;
if (command === 'version') process.stdout.write('0.0.0-stand-in\n');
else if (command === 'run') run(words);
else if (command === 'inspect') inspect(words);
else if (command === 'rm') remove(words);
else if (command === 'port') process.stdout.write(`127.0.0.1:${find('containers', words[0] ?? '').port ?? ''}\n`);
else if (command === 'network') network(words);
else if (command === 'ps')
  list('containers', parse(words, '--filter', '--all --quiet --no-trunc').options.get('--filter'));
else if (command === 'image') {
  behaviourOf(parse(words.slice(1), '--format', '').rest[0] ?? '');
  process.stdout.write('sha256:stand-in\n');
} else fail(`unknown command: ${command}`);
