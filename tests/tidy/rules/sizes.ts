import { isTest, modules, type Rule } from '../source.ts';

const MAX_LINES = 250;
const MAX_TEST_LINES = 400;

/** Small files. Width and formatting are Biome's. */
export const fileSize: Rule = {
  says: `no module is longer than ${MAX_LINES} lines, no test than ${MAX_TEST_LINES}`,
  check: (files) =>
    [...modules(files), ...files.filter((file) => file.path.endsWith('.mjs'))].flatMap((file) => {
      const lines = file.text.trimEnd().split('\n').length;
      const most = isTest(file.path) ? MAX_TEST_LINES : MAX_LINES;
      return lines > most
        ? [`${file.path}:${most}: has ${lines} lines; find the second idea in it`]
        : [];
    }),
};
