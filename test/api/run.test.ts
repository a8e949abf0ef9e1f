import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { collect, eachBuild } from '../../src/api/run.js';
import type { ResolvedConfig } from '../../src/config/resolved.js';
import { scratch } from '../e2e/project.js';

const configs = ['a', 'b', 'c'].map((name) => ({ name, root: scratch() }) as ResolvedConfig);

test('a build starts when the result of the one before has been taken', async () => {
  const started: string[] = [];
  const results = eachBuild(configs, { cache: false }, async ({ name }) => {
    started.push(name);
    return name.toUpperCase();
  });
  expect(await results.next()).toEqual({ value: 'A', done: false });
  expect(started).toEqual(['a']);
  expect(await collect(results)).toEqual(['B', 'C']);
  expect(started).toEqual(['a', 'b', 'c']);
});

test('each build has a folder of its own, gone afterwards, also where the build fails', async () => {
  const folders: string[] = [];
  const work = collect(
    eachBuild(configs, { cache: false }, async ({ name }, { workDir }) => {
      expect(existsSync(workDir)).toBe(true);
      folders.push(workDir);
      if (name === 'b') throw new Error('b');
    }),
  );
  await expect(work).rejects.toThrow('b');
  expect(new Set(folders).size).toBe(2);
  expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
});

test('stages are events with the name of the build, or what the command line makes of them', async () => {
  const work = (_: ResolvedConfig, { run }: { run: (title: string, stage: () => string) => Promise<string> }) =>
    run('Think', () => 'done');
  const events: string[] = [];
  await collect(
    eachBuild(
      configs,
      { cache: false, onProgress: ({ type, build }) => events.push(`${type} ${build}`) },
      work as never,
    ),
  );
  expect(events.slice(0, 2)).toEqual(['start a', 'done a']);
  const shown: string[] = [];
  const stages = (build: string, count: number) => async (title: string, stage: (progress: never) => unknown) => {
    shown.push(`${build} of ${count}: ${title}`);
    return stage(undefined as never);
  };
  await collect(eachBuild(configs, { cache: false, stages: stages as never }, work as never));
  expect(shown).toEqual(['a of 3: Think', 'b of 3: Think', 'c of 3: Think']);
});
