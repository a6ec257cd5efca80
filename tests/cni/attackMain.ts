// Every case of interrupt.ts on the real executable: `npm run attack [-- memory disk overlay]` on these file
// systems, in memory when none is named. Prints what it counted, and fails when anything is wrong.

import { casesOf, playAll, scenes } from './interrupt.ts';
import { places } from './places.ts';

let wrong = 0;
const named = process.argv.slice(2);
for (const name of named.length > 0 ? named : ['memory']) {
  const open = places[name];
  if (open === undefined) throw new Error(`there are ${Object.keys(places).join(', ')}`);
  const place = await open();
  const begun = Date.now();
  let count = 0;
  try {
    for (const scene of scenes) {
      const cases = casesOf(place.path, scene);
      const found = await playAll(place.path, cases);
      for (const line of found) process.stdout.write(`${line}\n`);
      wrong += found.length;
      count += cases.length;
    }
  } finally {
    await place.remove();
  }
  const seconds = Math.round((Date.now() - begun) / 1000);
  process.stdout.write(`${name}: ${count} cases in ${seconds} s\n`);
}
process.stdout.write(wrong === 0 ? 'nothing is wrong\n' : `${wrong} wrong\n`);
process.exitCode = wrong === 0 ? 0 : 1;
