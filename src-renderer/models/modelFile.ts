import { byteSize } from '../../src-shared/domain/format.ts';

const LARGEST = 256 * 1024 * 1024;
const MOST_FILES = 200;

/** Pure: why a file cannot be a model, as far as its name and size tell; null when it may be one. */
export function fileProblem(file: { readonly name: string; readonly size: number }): string | null {
  if (!/\.onnx$/i.test(file.name)) return `“${file.name}” is not an ONNX file. Export your model as .onnx first.`;
  if (file.size === 0) return 'The file is empty.';
  if (file.size > LARGEST) return `The file has ${byteSize(file.size)}; up to ${byteSize(LARGEST)} can be taken.`;
  return null;
}

export interface FolderFile {
  /** Inside the folder, with slashes. */
  readonly path: string;
  readonly size: number;
}

/** Pure: why a folder cannot be a model; null when it may be one. */
export function folderProblem(files: readonly FolderFile[]): string | null {
  if (files.length === 0) return 'The folder is empty.';
  if (files.length > MOST_FILES) return `The folder has ${files.length} files; up to ${MOST_FILES} can be taken.`;
  if (!files.some(({ path }) => /\.onnx$/i.test(path))) return 'There is no .onnx file in this folder.';
  const large = files.find(({ size }) => size > LARGEST);
  if (large !== undefined)
    return `“${large.path}” has ${byteSize(large.size)}; up to ${byteSize(LARGEST)} can be taken.`;
  const empty = files.find(({ size }) => size === 0);
  return empty === undefined ? null : `“${empty.path}” is empty.`;
}

/** Pure: where a chosen file lies inside its folder: "my-model/weights/a.bin" to "weights/a.bin". */
export function pathInFolder(relative: string): string {
  return relative.split('/').slice(1).join('/');
}

/** Pure: "sentence-sense_v2.onnx" to "Sentence sense v2". */
export function nameFromFile(name: string): string {
  const words = name
    .replace(/\.onnx$/i, '')
    .replace(/[-_.]+/g, ' ')
    .trim()
    .slice(0, 60);
  return words.charAt(0).toUpperCase() + words.slice(1);
}
