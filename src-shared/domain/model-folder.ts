import { byteSize } from './format.ts';

/** Bytes of one file of a model: what one upload takes. */
export const MODEL_FILE_BYTES = 256 * 1024 * 1024;
export const MODEL_FOLDER_FILES = 200;

export interface FolderFile {
  /** Inside the folder, with slashes. */
  readonly path: string;
  readonly size: number;
}

/** Pure: why a folder cannot be a model, as far as names and sizes tell; null when it may be one. */
export function folderProblem(files: readonly FolderFile[]): string | null {
  if (files.length === 0) return 'The folder is empty.';
  if (files.length > MODEL_FOLDER_FILES)
    return `The folder has ${files.length} files; up to ${MODEL_FOLDER_FILES} can be taken.`;
  if (!files.some(({ path }) => /\.onnx$/i.test(path))) return 'There is no .onnx file in this folder.';
  const large = files.find(({ size }) => size > MODEL_FILE_BYTES);
  if (large !== undefined)
    return `“${large.path}” has ${byteSize(large.size)}; up to ${byteSize(MODEL_FILE_BYTES)} can be taken.`;
  const empty = files.find(({ size }) => size === 0);
  return empty === undefined ? null : `“${empty.path}” is empty.`;
}
