import { expect, it } from 'vitest';
import { rules } from './rules/all.ts';
import { readProject } from './source.ts';

const project = readProject();

it('reads the project', () => {
  const paths = project.map((file) => file.path);
  expect(paths).toContain('package.json');
  expect(paths).toContain('pnpm-lock.yaml');
  expect(paths).toContain('packages/core/src/result.ts');
});

it.each(Object.values(rules))('$says', (rule) => {
  expect(rule.check(project)).toEqual([]);
});
