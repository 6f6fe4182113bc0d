import { existsSync, opendirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  folderProblem,
  MODEL_FILE_BYTES,
  MODEL_FOLDER_FILES,
  type FolderFile,
} from '../../src-shared/domain/model-folder.ts';
import { UsageError } from './exit-codes.ts';
import type { Live } from './live.ts';
import { readPlainFile } from './read-file.ts';
import { upload } from './upload.ts';

/** A model as it lies on the disk: one file, or a folder with everything in it. */
export type ModelFiles =
  | { readonly kind: 'file'; readonly bytes: Buffer }
  | { readonly kind: 'folder'; readonly folder: string; readonly files: readonly FolderFile[] };

/** Looks before anything is sent. @throws UsageError where it cannot be a model */
export function modelFiles(path: string): ModelFiles {
  if (!isFolder(path)) return { kind: 'file', bytes: readPlainFile(path, MODEL_FILE_BYTES, 'The model') };
  const files = listed(path);
  const problem = folderProblem(files);
  if (problem !== null) throw new UsageError(problem);
  return { kind: 'folder', folder: path, files };
}

/** Hands them over. @returns what `models.inspect` takes; one file of a folder after the other, so that not all are in memory */
export async function sendModel(
  live: Live,
  model: ModelFiles,
): Promise<{ upload: string } | { files: Array<{ path: string; upload: string }> }> {
  if (model.kind === 'file') return { upload: await upload(live, model.bytes) };
  const files = [];
  for (const { path } of model.files) {
    const bytes = readPlainFile(join(model.folder, path), MODEL_FILE_BYTES, 'The model');
    files.push({ path, upload: await upload(live, bytes) });
  }
  return { files };
}

/** Whether there is anything at that path. */
export function isPath(text: string): boolean {
  return text !== '' && existsSync(text);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** @throws UsageError where it cannot be looked into */
function listed(folder: string): readonly FolderFile[] {
  try {
    return list(folder);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`The folder cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** Everything below a folder; links to folders are not followed, so that it ends. Looks no further than one file too many. */
function list(folder: string): readonly FolderFile[] {
  const files: FolderFile[] = [];
  const open = [''];
  for (let inside = open.pop(), folders = 0; inside !== undefined; inside = open.pop()) {
    if (++folders > MODEL_FOLDER_FILES) throw new UsageError(`There are too many folders in ${folder}.`);
    const directory = opendirSync(join(folder, inside));
    try {
      for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
        const path = inside === '' ? entry.name : `${inside}/${entry.name}`;
        if (entry.isDirectory()) open.push(path);
        else files.push({ path, size: statSync(join(folder, path), { throwIfNoEntry: false })?.size ?? 0 });
        if (files.length > MODEL_FOLDER_FILES) return files;
      }
    } finally {
      directory.closeSync();
    }
  }
  return files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}
