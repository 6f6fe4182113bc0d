import { LangEn } from 'ethers/wordlists';

/** What is known of the person and their machine, to be found wherever it stands. */
export interface Personal {
  readonly home: string;
  readonly user: string;
  readonly host: string;
  readonly profile: string;
}

/** Kinds of things that were taken out, in words for the preview. */
export type Redacted = Set<string>;

/** Words of a mnemonic in a row that are more than chance. */
const IN_A_ROW = 3;
let words: ReadonlySet<string> | undefined;

/** In this order: what holds other things inside comes first. */
const PATTERNS: ReadonlyArray<readonly [RegExp, string, string]> = [
  [/-----BEGIN [^-]{1,40}-----[\s\S]*?(?:-----END [^-]{1,40}-----|$)/g, '<key>', 'keys'],
  [
    /\b(pass(?:phrase|word)|secret|token|api[-_ ]?key|authorization|mnemonic|seed|salt)("?\s*[:=]\s*).+/gi,
    '$1$2<secret>',
    'passphrases and tokens',
  ],
  [/([?&#][a-z_-]{1,30}=)[^\s"&]+/gi, '$1<secret>', 'passphrases and tokens'],
  // A path after a host often holds the key of whoever pays for it.
  [/\b((?:https?|wss?):\/\/)(?:[^\s/"@]*@)?([^\s/"?#]+)[/?#][^\s"]*/gi, '$1$2/…', 'paths of web addresses'],
  [/\b(n(?:pub|sec|profile|event|ote)1)[02-9ac-hj-np-z]{20,}/gi, '<nostr key>', 'keys'],
  [/(?:12D3KooW|Qm|16Uiu2HA)[1-9A-HJ-NP-Za-km-z]{20,}/g, '<peer>', 'peers'],
  [/\bbaf[a-z2-7]{40,}/g, '<content id>', 'content ids'],
  [/0x[0-9a-f]{16,}/gi, '<hex>', 'addresses, keys and digests'],
  [/[0-9a-f]{24,}/gi, '<hex>', 'addresses, keys and digests'],
  [/[A-Za-z0-9+/_-]{40,}={0,2}/g, '<long word>', 'long words'],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g, '<mail>', 'mail addresses'],
  [
    /(?:[0-9a-f]{1,4}:){2,7}(?::|[0-9a-f]{1,4})(?::?[0-9a-f]{1,4}){0,6}|::(?:[0-9a-f]{1,4}:){0,6}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,7}:/gi,
    '<ip>',
    'network addresses',
  ],
  [/\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/g, '<ip>', 'network addresses'],
];

/** Pure. A text without what is nobody's business; `found` hears what was taken out. */
export function redact(text: string, personal: Personal, found: Redacted = new Set()): string {
  let left = withoutWords(text, found);
  const replace = (pattern: RegExp, by: string, name: string): void => {
    const next = left.replace(pattern, by);
    if (next !== left) found.add(name);
    left = next;
  };
  for (const [value, by, name] of known(personal)) replace(new RegExp(escape(value), 'gi'), by, name);
  for (const [pattern, by, name] of PATTERNS) replace(pattern, by, name);
  return left;
}

/** Pure. The same for every text inside a value, also where a list of words is one secret. */
export function redactValue(value: unknown, personal: Personal, found: Redacted = new Set()): unknown {
  if (typeof value === 'string') return redact(value, personal, found);
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    if (
      list.length >= IN_A_ROW &&
      list.every((each) => typeof each === 'string' && mnemonicWords().has(each.toLowerCase().trim()))
    ) {
      found.add('words of a wallet');
      return ['<words>'];
    }
    return list.map((each) => redactValue(each, personal, found));
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      if (!SECRET_NAME.test(name)) return [redact(name, personal, found), redactValue(each, personal, found)];
      found.add('passphrases and tokens');
      return [redact(name, personal, found), '<secret>'];
    }),
  );
}

const SECRET_NAME = /pass(phrase|word)|secret|token|api[-_]?key|mnemonic|privatekey|\bseed\b|\bsalt\b/i;

/** Longest first: the profile lies in the home folder, whose name holds the user's. */
function known({ home, user, host, profile }: Personal): Array<readonly [string, string, string]> {
  const both = (path: string): string[] => [path, path.replaceAll('\\', '/'), path.replaceAll('\\', '\\\\')];
  const all: Array<readonly [string, string, string]> = [
    ...both(profile).map((path) => [path, '<profile>', 'folders'] as const),
    ...both(home).map((path) => [path, '<home>', 'folders'] as const),
    [host, '<host>', 'names of this computer and its user'],
    [user, '<user>', 'names of this computer and its user'],
  ];
  // "/" is nobody's home, and a single letter is in every word.
  return all.filter(([value]) => value.length > 1).toSorted((a, b) => b[0].length - a[0].length);
}

function withoutWords(text: string, found: Redacted): string {
  const list = mnemonicWords();
  const tokens = [...text.matchAll(/[A-Za-z]+/g)];
  const cuts: Array<readonly [number, number]> = [];
  let run: RegExpExecArray[] = [];
  const close = (): void => {
    const [first, last] = [run[0], run.at(-1)];
    if (run.length >= IN_A_ROW && first !== undefined && last !== undefined)
      cuts.push([first.index, last.index + last[0].length]);
    run = [];
  };
  for (const token of tokens) {
    const before = run.at(-1);
    // Between two words of a list there are numbers, spaces and signs, and not much of them.
    const near =
      before === undefined || /^[^A-Za-z]{1,12}$/.test(text.slice(before.index + before[0].length, token.index));
    if (!list.has(token[0].toLowerCase())) close();
    else {
      if (!near) close();
      run.push(token);
    }
  }
  close();
  if (cuts.length > 0) found.add('words of a wallet');
  return cuts.reduceRight((left, [from, to]) => `${left.slice(0, from)}<words>${left.slice(to)}`, text);
}

function mnemonicWords(): ReadonlySet<string> {
  words ??= new Set(Array.from({ length: 2_048 }, (_, index) => LangEn.wordlist().getWord(index)));
  return words;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
