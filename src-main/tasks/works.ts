import type { Digest, TaskId } from '../../src-shared/domain/ids.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import { jobWorkView } from '../replicas/job-view.ts';
import { jobSteps } from '../replicas/job-story.ts';
import type { TaskContext } from './context.ts';
import { chainSteps, story } from './story.ts';
import { workView } from './view.ts';
import type { Work, WorkRows } from './work-rows.ts';

/** What this machine does with tasks of others, of every kind, as the screens show it. */
export class Works {
  readonly #context: TaskContext;
  readonly #rows: WorkRows;

  constructor(context: TaskContext, rows: WorkRows) {
    this.#context = context;
    this.#rows = rows;
  }

  view(task: TaskId): TaskView | undefined {
    const work = this.#rows.get(task);
    return work === undefined ? undefined : this.#view(work);
  }

  /** Newest first. @param before ms since 1970; null for the newest */
  page(before: number | null, limit: number): TaskView[] {
    return this.#rows.page(before, limit).map((work) => this.#view(work));
  }

  /** Whether a task of this model is being worked on. */
  uses(model: Digest): boolean {
    return this.#rows.active().some((work) => this.#context.catalogue.byId(work.model)?.digest === model);
  }

  /** Results that are proved on chain and not paid yet. */
  pending(): number {
    return this.#rows.active().filter(({ state }) => state === 'revealed' || state === 'claiming').length;
  }

  /** The reason of the newest open task that is not taken. */
  nearest(): string | null {
    const work = this.#rows.nearest();
    return work === undefined ? null : `${this.#name(work)}, ${work.reason}`;
  }

  #view(work: Work): TaskView {
    const { index, steps, account } = this.#context;
    const local = steps.of(work.task);
    if (work.kind === 'seat') {
      const job = index.job(work.task) ?? null;
      const all = story(local, job === null ? [] : jobSteps(job, account()));
      return jobWorkView(work, job, this.#name(work), all);
    }
    const task = index.task(work.task) ?? null;
    return workView(work, task, this.#name(work), story(local, task === null ? [] : chainSteps(task, account())));
  }

  #name(work: Work): string {
    return this.#context.catalogue.byId(work.model)?.manifest.name ?? 'unknown model';
  }
}
