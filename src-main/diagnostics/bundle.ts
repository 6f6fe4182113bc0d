import { randomInt } from 'node:crypto';
import type { Diagnostics, LogLine } from '../../src-shared/domain/machine.ts';
import { redact, redactValue, type Personal, type Redacted } from './redact.ts';

/** What a bundle is made of, before anything is taken out. */
export interface BundleSources {
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly machine: unknown;
  readonly node: unknown;
  readonly settings: Readonly<Record<string, unknown>>;
  /** Rows by table. */
  readonly counts: Readonly<Record<string, number>>;
  readonly log: readonly LogLine[];
  readonly personal: Personal;
}

/** Settings that say something about trouble; all others stay at home. */
const SETTINGS = /^(machine\.|paused$|prices$|measured\.|duty\.|disputes\.)/;
/** Letters and digits that nobody mistakes for each other. */
const SIGNS = 'ABCDEFGHJKMNPQRSTVWXYZ23456789';
const MAX_FILE = 1_000_000;

/** What would be handed over, redacted. Nothing leaves the machine by it. */
export function bundleOf(sources: BundleSources, reference = newReference()): Diagnostics {
  const found: Redacted = new Set();
  const json = (value: unknown): string => JSON.stringify(redactValue(value, sources.personal, found), null, 2);
  const settings = Object.fromEntries(Object.entries(sources.settings).filter(([key]) => SETTINGS.test(key)));
  const log = sources.log.map(
    ({ at, level, part, text }) => `${new Date(at).toISOString()} ${level.padEnd(7)} ${part}: ${text}`,
  );
  const files = [
    { name: 'about.json', text: json(sources.versions) },
    { name: 'machine.json', text: json(sources.machine) },
    { name: 'node.json', text: json(sources.node) },
    { name: 'settings.json', text: json(settings) },
    { name: 'database.json', text: json(sources.counts) },
    { name: 'log.txt', text: redact(log.join('\n'), sources.personal, found) },
  ];
  return {
    reference,
    files: files.map(({ name, text }) => ({ name, text: text.slice(0, MAX_FILE) })),
    redacted: [...found].toSorted(),
  };
}

/** Names the bundle where people talk about it: `FM-7KQ2-M9RA`. */
function newReference(): string {
  const four = (): string => Array.from({ length: 4 }, () => SIGNS[randomInt(SIGNS.length)]).join('');
  return `FM-${four()}-${four()}`;
}
