import type { ErrorView } from './errors.ts';

/** Answer of every call over the bridge: nothing throws across it. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorView };
