// The section about bytes of registers:
//   npm run bench -- --only bytes [--write]
import { parseArgs } from 'node:util';
import { createSection } from './page.ts';
import { registerBytes } from './registerBytes.ts';

const blocks = 20;
const { values: options } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const section = createSection('Bytes of a register');
section.print(`A node with ${blocks} open blocks that got grants from, and gave grants to, so many members opens one more block. Bytes
as encoded, before encryption. A write goes to each of four guardians, and each answers; it ships what changed, so
only what is stored grows with the members that one traded with, and nothing with others. A seed, which carries
the whole value, is sent when guardians change.
`);
section.print('| traded with | value | write, each | answer, each | stored, each | seed, each |');
section.print('| ---: | ---: | ---: | ---: | ---: | ---: |');
for (const traded of [0, 10, 100, 1000]) {
  const { value, ask, answer, row, seed } = registerBytes(blocks, traded);
  section.print(`| ${[traded, value, ask, answer, row, seed].join(' | ')} |`);
}
if (options.write) section.write();
