import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cacheFolder, projectCache } from '../../src/pipeline/cache.js';
import { noCache } from '../../src/util/cache.js';

const root = mkdtempSync(path.join(tmpdir(), 'autosplit-test-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('the cache lies in the nearest node_modules, where the environment says, or with the user', () => {
  mkdirSync(path.join(root, 'node_modules'));
  mkdirSync(path.join(root, 'a/b'), { recursive: true });
  expect(cacheFolder(path.join(root, 'a/b'), {})).toBe(path.join(root, 'node_modules/.cache/autosplit'));
  expect(cacheFolder(root, { AUTOSPLIT_CACHE: '/elsewhere', XDG_CACHE_HOME: '/home' })).toBe('/elsewhere');
  const none = path.parse(root).root;
  expect(cacheFolder(none, { XDG_CACHE_HOME: '/home/x' })).toBe(path.join('/home/x', 'autosplit'));
  expect(cacheFolder(none, {})).toBe(path.join(homedir(), '.cache/autosplit'));
});

test('it can be switched off', () => {
  expect(projectCache(root, false, {})).toBe(noCache);
  expect(projectCache(root, true, { AUTOSPLIT_CACHE: 'off' })).toBe(noCache);
  expect(projectCache(root, true, {})).not.toBe(noCache);
});
