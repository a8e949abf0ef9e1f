import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { autosplit, built, filesOf, project, root, scratch } from './project.js';

const digestible = (folder: string) =>
  Object.fromEntries(
    Object.entries(filesOf(path.join(folder, 'autosplit'))).map(([name, content]) => [
      name,
      content.toString('latin1'),
    ]),
  );

test('the same inputs give the same bytes, in any folder, under any locale, with any number of threads', async () => {
  const near = await built(project(), '--threads', '1');
  const far = project({}, path.join(scratch(), 'a folder', 'with ünusual', 'names', 'and a long path', 'plates'));
  const elsewhere = { TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8', HOME: scratch() };
  const { exitCode, stderr } = await autosplit(scratch(), ['build', '--cwd', far, '--threads', '2', '--quiet'], {
    env: elsewhere,
  });
  expect([exitCode, stderr]).toEqual([0, '']);

  const [one, other] = [digestible(near), digestible(far)];
  expect(Object.keys(other)).toEqual(Object.keys(one));
  for (const [name, content] of Object.entries(one)) expect(other[name] === content, name).toBe(true);

  // Nothing in them says where, when or by whom they were made.
  const traces = [
    near,
    far,
    root,
    os.tmpdir(),
    os.homedir(),
    new Date().toISOString().slice(0, 10),
    `@${os.hostname()}`,
  ];
  if (os.hostname().length > 4) traces.push(os.hostname());
  for (const [name, content] of Object.entries(one)) {
    for (const trace of traces) expect(content.includes(trace), `${trace} in ${name}`).toBe(false);
    if (!/\.(onnx|bin)$/.test(name)) expect(content, name).not.toMatch(/\b\d\d:\d\d:\d\d\b|file:\/\//);
  }
});
