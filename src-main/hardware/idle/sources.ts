import type { IdleReading } from '../protocol.ts';
import { seconds } from '../plausible.ts';
import type { Sysfs } from '../sysfs.ts';
import { findTool, runTool } from '../tool.ts';
import { gdbusNumber, hidIdle, inputInterrupts, logindIdle, plainMilliseconds } from './parse.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** One way to learn how long nobody has used the computer. */
interface Way {
  readonly name: string;
  readonly tool: string;
  readonly args: (env: Environment) => readonly string[] | null;
  readonly parse: (text: string, now: number) => number | null;
}

const SESSION = ['call', '--session', '--timeout', '2'];

/** Of Linux, in the order in which they can be trusted. */
const LINUX: readonly Way[] = [
  {
    name: 'GNOME (Mutter)',
    tool: 'gdbus',
    args: (env) =>
      onBus(env)
        ? [
            ...SESSION,
            '-d',
            'org.gnome.Mutter.IdleMonitor',
            '-o',
            '/org/gnome/Mutter/IdleMonitor/Core',
            '-m',
            'org.gnome.Mutter.IdleMonitor.GetIdletime',
          ]
        : null,
    parse: (text) => milliseconds(gdbusNumber(text)),
  },
  {
    name: 'screen saver',
    tool: 'gdbus',
    args: (env) =>
      onBus(env)
        ? [
            ...SESSION,
            '-d',
            'org.freedesktop.ScreenSaver',
            '-o',
            '/ScreenSaver',
            '-m',
            'org.freedesktop.ScreenSaver.GetSessionIdleTime',
          ]
        : null,
    // KDE and the specification disagree about the unit; only KDE implements it, in milliseconds.
    parse: (text) => milliseconds(gdbusNumber(text)),
  },
  { name: 'X11', tool: 'xprintidle', args: (env) => (env['DISPLAY'] ? [] : null), parse: plainMilliseconds },
  {
    name: 'X11 (xssstate)',
    tool: 'xssstate',
    args: (env) => (env['DISPLAY'] ? ['-i'] : null),
    parse: plainMilliseconds,
  },
  {
    name: 'login session',
    tool: 'loginctl',
    args: (env) =>
      env['XDG_SESSION_ID'] ? ['show-session', env['XDG_SESSION_ID'], '-p', 'IdleHint', '-p', 'IdleSinceHint'] : null,
    parse: logindIdle,
  },
];
const MAC: readonly Way[] = [
  {
    name: 'macOS input',
    tool: '/usr/sbin/ioreg',
    args: () => ['-c', 'IOHIDSystem', '-d', '4', '-r'],
    parse: (text) => hidIdle(text),
  },
];

/** Asks every source that this system may have; those that are not there are left out after the first look. */
export class IdleSources {
  readonly #sys: Sysfs;
  readonly #now: () => number;
  readonly #env: Environment;
  readonly #platform: NodeJS.Platform;
  readonly #absent = new Set<string>();
  #interrupts: { readonly count: number; readonly since: number } | undefined;

  constructor(sys: Sysfs, now: () => number = Date.now, env: Environment = process.env, platform = process.platform) {
    this.#sys = sys;
    this.#now = now;
    this.#env = env;
    this.#platform = platform;
  }

  async read(): Promise<IdleReading[]> {
    const ways = this.#platform === 'linux' ? LINUX : this.#platform === 'darwin' ? MAC : [];
    const asked = await Promise.all(ways.map((way) => this.#ask(way)));
    const own = this.#platform === 'linux' ? this.#input() : null;
    return [...asked, own].filter((each) => each !== null);
  }

  async #ask({ name, tool, args, parse }: Way): Promise<IdleReading | null> {
    const words = this.#absent.has(name) ? null : args(this.#env);
    if (words === null) return null;
    if (!tool.startsWith('/') && findTool(tool, this.#env['PATH'] ?? '') === null) {
      this.#absent.add(name);
      return null;
    }
    const said = await runTool(tool, words, { env: this.#env });
    if (said.kind === 'said') {
      const idle = seconds(parse(said.text, this.#now()));
      return { name, seconds: idle, detail: idle === null ? 'It gave no time.' : 'Asked with every look.' };
    }
    // The bus says so when nobody offers that service here.
    if (
      said.kind === 'missing' ||
      /ServiceUnknown|UnknownMethod|not provided|NotSupported|UnknownObject/.test(said.why)
    ) {
      this.#absent.add(name);
      return null;
    }
    return { name, seconds: null, detail: `It did not answer: ${said.why}` };
  }

  /** Keyboards and mice interrupt the processor; this needs no desktop at all. */
  #input(): IdleReading | null {
    const count = inputInterrupts(this.#sys.text('proc/interrupts') ?? '');
    if (count === null) return null;
    const now = this.#now();
    const last = this.#interrupts;
    if (last === undefined || count !== last.count) {
      this.#interrupts = { count, since: now };
      // At the first look nothing is known about the time before.
      if (last === undefined) return { name: 'input interrupts', seconds: null, detail: 'Counting since just now.' };
    }
    const since = this.#interrupts?.since ?? now;
    return {
      name: 'input interrupts',
      seconds: seconds(Math.max(0, (now - since) / 1_000)),
      detail: 'Interrupts of keyboard, mouse and USB.',
    };
  }
}

function onBus(env: Environment): boolean {
  return Boolean(env['DBUS_SESSION_BUS_ADDRESS'] || env['XDG_RUNTIME_DIR']);
}

function milliseconds(value: number | null): number | null {
  return value === null ? null : value / 1_000;
}
