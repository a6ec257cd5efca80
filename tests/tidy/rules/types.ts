import { modules, nodes, problem, type Rule } from '../source.ts';

/** `any` switches the checker off without saying so; Biome's comment could switch Biome off. */
export const noAny: Rule = {
  says: 'the type any is not used',
  check: (files) =>
    modules(files).flatMap((file) =>
      [...nodes(file)]
        .filter(({ node }) => node.type === 'TSAnyKeyword')
        .map(({ node }) => problem(file, node.start, 'use unknown and look, or the real type')),
    ),
};

const SILENCERS =
  /@ts-(ignore|nocheck|expect-error)\b|biome-ignore-(all|start)\b|biome-ignore [^:]*$/;

/** A checker is silenced for one line and with a reason, or not at all. */
export const noSilencing: Rule = {
  says: 'no comment switches a checker off, but for one line of Biome with a reason',
  check: (files) =>
    modules(files)
      .filter((file) => !file.path.startsWith('tests/tidy/'))
      .flatMap((file) =>
        file.text
          .split('\n')
          .map((line, index) => ({ line, offset: index + 1 }))
          .filter(({ line }) => SILENCERS.test(line))
          .map(({ offset }) => `${file.path}:${offset}: satisfy the checker instead`),
      ),
};
