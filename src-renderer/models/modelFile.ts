import { byteSize } from '../../src-shared/domain/format.ts';
import { MODEL_FILE_BYTES } from '../../src-shared/domain/model-folder.ts';

/** Pure: why a file cannot be a model, as far as its name and size tell; null when it may be one. */
export function fileProblem(file: { readonly name: string; readonly size: number }): string | null {
  if (!/\.onnx$/i.test(file.name)) return `“${file.name}” is not an ONNX file. Export your model as .onnx first.`;
  if (file.size === 0) return 'The file is empty.';
  if (file.size > MODEL_FILE_BYTES)
    return `The file has ${byteSize(file.size)}; up to ${byteSize(MODEL_FILE_BYTES)} can be taken.`;
  return null;
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
