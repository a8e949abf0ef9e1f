import { expect, test } from 'vitest';
import { inWebpack } from '../../../src/plugin/hosts/webpack.js';
import { pageProject, touch } from '../project.js';

/** The hooks that the plugin takes, to be called as webpack does. */
function hooksOf(folder: string, { mode = 'production' } = {}) {
  const taken: Record<string, (...given: never[]) => unknown> = {};
  const hook = (name: string) => {
    const take = (_: string, callback: (...given: never[]) => unknown) => {
      taken[name] = callback;
    };
    return { tap: take, tapPromise: take };
  };
  const names = ['beforeCompile', 'normalModuleFactory', 'thisCompilation', 'afterCompile'];
  const compiler = {
    context: folder,
    options: { mode },
    getInfrastructureLogger: () => ({ info: () => {} }),
    hooks: Object.fromEntries(names.map((name) => [name, hook(name)])),
  };
  inWebpack({}).webpack?.(compiler as never);
  taken.normalModuleFactory({ hooks: { beforeResolve: hook('beforeResolve') } } as never);
  const call = (name: string, given?: unknown) => Promise.resolve(taken[name](given as never));
  return {
    call,
    resolve: async (request: string) => {
      const data = { request };
      await call('beforeResolve', data);
      return data.request;
    },
  };
}

test('a name becomes the runtime, before webpack takes it for a scheme; other requests stay', async () => {
  const folder = pageProject();
  const { resolve } = hooksOf(folder);
  expect(await resolve('autosplit:default')).toBe(`${folder}/autosplit/edge/edge.mjs`);
  expect(await resolve('./autosplit')).toBe('./autosplit');
});

test('what goes stale is an error of the next compilation, and does not end a watch', async () => {
  const folder = pageProject();
  const { resolve, call } = hooksOf(folder);
  await resolve('autosplit:default');
  const errors: Error[] = [];
  await call('beforeCompile');
  await call('thisCompilation', { errors });
  expect(errors).toEqual([]);

  touch(folder, '../license-plates/data/val.csv');
  await call('beforeCompile');
  await call('thisCompilation', { errors });
  expect(errors.map(({ message }) => message.split('\n')[0])).toEqual([
    'BUNDLE_STALE: the bundle autosplit is stale: validation: ../license-plates/data/val.csv has changed',
  ]);
  const [files, folders] = [new Set<string>(), new Set<string>()];
  await call('afterCompile', { fileDependencies: files, contextDependencies: folders });
  expect([...files]).toContain(`${folder}/autosplit.config.yaml`);
  expect([...folders].some((name) => name.endsWith('license-plates/data/val'))).toBe(true);
});

test('a side for Node.js is refused', async () => {
  const folder = pageProject();
  await expect(hooksOf(`${folder}/../license-plates`).resolve('autosplit:default')).rejects.toThrow('TARGET_INVALID');
});
