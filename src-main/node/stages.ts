import { toErrorView } from '../../src-shared/domain/errors.ts';
import { STAGES, type Notice, type Stage, type StageId, type StageState } from '../../src-shared/domain/node.ts';
import type { Log } from '../log.ts';

/** How far the start has come, and what a person should know: both are part of every screen. */
export class Stages {
  readonly #log: Log;
  readonly #changed: () => void;
  readonly #stages = new Map<StageId, Stage>();
  readonly #notices = new Map<string, Notice>();

  constructor(log: Log, changed: () => void) {
    this.#log = log;
    this.#changed = changed;
    for (const id of STAGES) this.#stages.set(id, { id, state: 'waiting', detail: 'Not started yet.' });
  }

  list(): Stage[] {
    return [...this.#stages.values()];
  }

  notices(): Notice[] {
    return [...this.#notices.values()];
  }

  set(id: StageId, state: StageState, detail: string): void {
    this.#stages.set(id, { id, state, detail });
    this.#log(`${id}: ${state}: ${detail}`);
    this.#changed();
  }

  /** Runs one stage; a failure is shown with its cause and thrown on. */
  async run<T>(id: StageId, doing: string, work: () => Promise<T>, done: (result: T) => string): Promise<T> {
    this.set(id, 'starting', doing);
    try {
      const result = await work();
      this.set(id, 'ready', done(result));
      return result;
    } catch (error) {
      const { message, remedy } = toErrorView(error);
      this.set(id, 'failed', remedy === undefined ? message : `${message} ${remedy}`);
      throw error;
    }
  }

  ready(): boolean {
    return this.list().every(({ state }) => state === 'ready');
  }

  failed(): string | null {
    return this.list().find(({ state }) => state === 'failed')?.detail ?? null;
  }

  notice(notice: Omit<Notice, 'since'>): void {
    if (this.#notices.get(notice.id)?.text === notice.text) return;
    this.#notices.set(notice.id, { ...notice, since: Date.now() });
    this.#log(`notice: ${notice.text}`);
    this.#changed();
  }

  clear(id: string): void {
    if (this.#notices.delete(id)) this.#changed();
  }
}
