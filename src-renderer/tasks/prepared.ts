import type { TaskInput } from '../../src-shared/bridge/calls.ts';

/** What the person put in so far: what is missing in words, or what can be sent. Files are sent when asking. */
export type Prepared =
  | { readonly state: 'missing'; readonly why: string }
  | { readonly state: 'ready'; readonly input: TaskInput }
  | { readonly state: 'file'; readonly file: File };

export interface InputProps {
  readonly onChange: (prepared: Prepared) => void;
}
