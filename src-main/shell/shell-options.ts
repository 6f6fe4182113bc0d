import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultProfile } from '../control/index.ts';

export interface ShellOptions {
  readonly profile: string;
  readonly network: 'sandbox' | { readonly file: string };
  readonly peers: boolean;
  /** Started at login: stay in the tray until called. */
  readonly hidden: boolean;
  /** Words that mean nothing here; Chromium's own switches may be among them, so they are said in the log only. */
  readonly unknown: readonly string[];
}

const OPTIONS = {
  profile: { type: 'string' },
  network: { type: 'string' },
  peers: { type: 'boolean' },
  hidden: { type: 'boolean' },
} as const;

/** @param args after the executable and, where not packaged, the app's folder. */
export function shellOptions(args: readonly string[]): ShellOptions {
  const { tokens } = parseArgs({ args: [...args], options: OPTIONS, strict: false, allowNegative: true, tokens: true });
  const last = (name: string) =>
    tokens.findLast((token) => token.kind === 'option' && (token.name === name || token.name === `no-${name}`));
  const text = (name: string): string | undefined => {
    const token = last(name);
    return token?.kind === 'option' ? token.value : undefined;
  };
  const flag = (name: string): boolean | undefined => {
    const token = last(name);
    return token?.kind === 'option' ? !token.rawName.startsWith('--no-') : undefined;
  };
  const profile = text('profile');
  const network = text('network') ?? 'sandbox';
  return {
    profile: profile === undefined ? defaultProfile() : resolve(profile),
    network: network === 'sandbox' ? network : { file: resolve(network) },
    peers: flag('peers') !== false,
    hidden: flag('hidden') === true,
    unknown: tokens.flatMap((token) => {
      if (token.kind === 'option') return Object.hasOwn(OPTIONS, token.name.replace(/^no-/, '')) ? [] : [token.rawName];
      return token.kind === 'positional' ? [token.value] : [];
    }),
  };
}
