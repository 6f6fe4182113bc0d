import { useRef, useState } from 'react';
import type { ErrorView } from '../../src-shared/domain/errors.ts';
import { percent } from '../../src-shared/domain/format.ts';
import type { ModelInspection } from '../../src-shared/domain/machine.ts';
import { folderProblem } from '../../src-shared/domain/model-folder.ts';
import type { Outcome } from '../../src-shared/domain/outcome.ts';
import { call } from '../app/bridge.ts';
import { upload } from '../tasks/upload.ts';
import { fileProblem, pathInFolder } from './modelFile.ts';

export interface Sent {
  readonly path: string;
  readonly upload: string;
}

export interface ModelFiles {
  readonly files: readonly File[];
  /** Why these cannot be a model; null when they may be one. */
  readonly problem: string | null;
  /** What is going on with them: "Reading, 40 %". */
  readonly progress: string | null;
  readonly inspection: ModelInspection | null;
  readonly error: ErrorView | null;
  readonly choose: (files: readonly File[], from: 'file' | 'folder') => void;
  /** All of them at the node; those already there are not sent again. */
  readonly send: () => Promise<Outcome<readonly Sent[]>>;
}

/** Files that shall become a model. They go to the node at once, so that they are inspected before they are added. */
export function useModelFiles(): ModelFiles {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [problem, setProblem] = useState<string | null>(null);
  const [progress, setProgress] = useState<string | null>(null);
  const [inspection, setInspection] = useState<ModelInspection | null>(null);
  const [error, setError] = useState<ErrorView | null>(null);
  /** Another choice drops what is still under way for this one. */
  const turn = useRef(0);
  const sent = useRef<Promise<Outcome<readonly Sent[]>> | null>(null);

  const begin = (chosen: readonly File[]): Promise<Outcome<readonly Sent[]>> => {
    const mine = turn.current;
    return sendAll(chosen, (share) => {
      if (mine === turn.current) setProgress(`Reading, ${percent(share)}`);
    }).finally(() => {
      if (mine === turn.current) setProgress(null);
    });
  };

  const choose = (chosen: readonly File[], from: 'file' | 'folder'): void => {
    const mine = ++turn.current;
    const wrong = problemOf(chosen, from);
    sent.current = null;
    setFiles(chosen);
    setProblem(wrong);
    setProgress(null);
    setInspection(null);
    setError(null);
    if (chosen.length === 0 || wrong !== null) return;
    sent.current = begin(chosen);
    void sent.current.then(async (outcome) => {
      if (mine !== turn.current) return;
      if (!outcome.ok) return setError(outcome.error);
      const [first] = outcome.value;
      if (first === undefined) return;
      const looked = await call(
        'models.inspect',
        from === 'folder' ? { files: [...outcome.value] } : { upload: first.upload },
      );
      if (mine !== turn.current) return;
      if (looked.ok) setInspection(looked.value);
      else setError(looked.error);
    });
  };

  const send = async (): Promise<Outcome<readonly Sent[]>> => {
    sent.current ??= begin(files);
    const outcome = await sent.current;
    if (!outcome.ok) sent.current = null;
    return outcome;
  };

  return { files, problem, progress, inspection, error, choose, send };
}

function problemOf(files: readonly File[], from: 'file' | 'folder'): string | null {
  if (from === 'folder') return folderProblem(files.map((file) => ({ path: pathOf(file), size: file.size })));
  const file = files[0];
  return file === undefined ? null : fileProblem(file);
}

const pathOf = (file: File): string =>
  file.webkitRelativePath === '' ? file.name : pathInFolder(file.webkitRelativePath);

async function sendAll(files: readonly File[], onProgress: (share: number) => void): Promise<Outcome<readonly Sent[]>> {
  const whole = files.reduce((sum, file) => sum + file.size, 0);
  const done: Sent[] = [];
  let before = 0;
  for (const file of files) {
    const outcome = await upload(file, (share) => onProgress((before + share * file.size) / whole));
    if (!outcome.ok) return outcome;
    before += file.size;
    done.push({ path: pathOf(file), upload: outcome.value });
  }
  return { ok: true, value: done };
}
