import { byteSize } from '../../src-shared/domain/format.ts';

const LARGEST = 256 * 1024 * 1024;

/** Pure: why a file cannot be a model, as far as its name and size tell; null when it may be one. */
export function fileProblem(file: { readonly name: string; readonly size: number }): string | null {
  if (!/\.onnx$/i.test(file.name)) return `“${file.name}” is not an ONNX file. Export your model as .onnx first.`;
  if (file.size === 0) return 'The file is empty.';
  if (file.size > LARGEST) return `The file has ${byteSize(file.size)}; up to ${byteSize(LARGEST)} can be taken.`;
  return null;
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
