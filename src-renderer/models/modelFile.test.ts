import { expect, it } from 'vitest';
import { fileProblem, nameFromFile, pathInFolder } from './modelFile.ts';

it('refuses what cannot be a model', () => {
  expect(fileProblem({ name: 'cat.png', size: 9 })).toMatch(/not an ONNX file/);
  expect(fileProblem({ name: 'a.onnx', size: 0 })).toMatch(/empty/);
  expect(fileProblem({ name: 'a.onnx', size: 2 ** 31 })).toMatch(/up to 268 MB/);
  expect(fileProblem({ name: 'A.ONNX', size: 9 })).toBeNull();
});

it('suggests a name', () => expect(nameFromFile('sentence-sense_v2.onnx')).toBe('Sentence sense v2'));

it('knows where a file lies in its folder', () => {
  expect(pathInFolder('model/a.onnx')).toBe('a.onnx');
  expect(pathInFolder('model/weights/a.bin')).toBe('weights/a.bin');
});
