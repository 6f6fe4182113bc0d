import { expect, it } from 'vitest';
import { folderProblem } from './model-folder.ts';

it('refuses a folder that cannot be one', () => {
  const file = (path: string, size = 9) => ({ path, size });
  expect(folderProblem([])).toMatch(/empty/);
  expect(folderProblem([file('readme.md')])).toMatch(/no .onnx/);
  expect(folderProblem([file('a.onnx'), file('a.data', 2 ** 31)])).toMatch(/up to 268 MB/);
  expect(folderProblem([file('a.onnx'), file('b.bin', 0)])).toMatch(/b\.bin/);
  expect(folderProblem(Array.from({ length: 201 }, () => file('a.onnx')))).toMatch(/up to 200/);
  expect(folderProblem([file('a.onnx'), file('weights/a.data')])).toBeNull();
});
