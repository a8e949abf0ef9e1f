import { expect, test } from 'vitest';
import { findFiles } from '../../src/init/find.js';
import { temporaryFolder } from '../util/temporary.js';

const found = async (...files: string[]) =>
  findFiles(temporaryFolder(Object.fromEntries(files.map((file) => [file, file]))));
const patterns = async (...files: string[]) => (await found(...files)).samples.map(({ pattern }) => pattern);

test('the largest network comes first; packages, bundles and hidden folders are somebody else’s', async () => {
  const { models } = await found(
    'a.onnx',
    'models/a-longer-name.onnx',
    'node_modules/x/b.onnx',
    '.venv/c.onnx',
    'dist/d.onnx',
    'out/split-manifest.json',
    'out/edge/model.onnx',
  );
  expect(models).toEqual(['models/a-longer-name.onnx', 'a.onnx']);
});

test('calibration comes before training, that before anything, and validation last', async () => {
  expect(
    await patterns('data/val/1.jpg', 'data/calib/1.jpg', 'photos/1.jpg', 'data/train/1.jpg', 'photos/2.jpg'),
  ).toEqual(['data/calib/*.jpg', 'data/train/*.jpg', 'photos/*.jpg', 'data/val/*.jpg']);
});

test('a glob names every ending that occurs, as it is written', async () => {
  expect(await patterns('p/1.JPG', 'p/2.png', 'p/3.txt')).toEqual(['p/*.{JPG,png}']);
  expect(await patterns('1.jpg')).toEqual(['*.jpg']);
});

test('folders of classes beside each other are one set', async () => {
  expect(await patterns('d/cat/1.jpg', 'd/dog/1.jpg', 'd/dog/2.jpg')).toEqual(['d/*/*.jpg']);
  expect(await patterns('cat/1.jpg', 'dog/1.jpg')).toEqual(['*/*.jpg']);
});

test('what means something in a glob is escaped', async () => {
  expect(await patterns('a (1)/x.png')).toEqual(['a \\(1\\)/*.png']);
});
