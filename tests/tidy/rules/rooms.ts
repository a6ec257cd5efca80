import { posix } from 'node:path';
import {
  imports,
  isTest,
  type ProjectFile,
  packageSources,
  problem,
  type Rule,
} from '../source.ts';

/** A house of rooms: a folder whose sub-folders import one way. Rooms on one floor do not know each other. */
interface House {
  readonly folder: string;
  /** From the ground up. */
  readonly floors: readonly (readonly string[])[];
}

const houses: readonly House[] = [
  {
    folder: 'packages/core/src/cluster',
    floors: [
      ['contract'],
      ['state'],
      ['writes'],
      ['members', 'blocks', 'replication'],
      ['guarding'],
      ['proposing'],
      ['register'],
      ['exchange'],
      ['supply', 'recovery', 'census', 'leaving', 'commit'],
      ['reducer'],
    ],
  },
];

/** A room imports only from floors below its own. */
export const roomOrder: Rule = {
  says: 'a room imports only from rooms below it, and only by their doors',
  check: (files) => houses.flatMap((house) => checkHouse(house, files)),
};

function checkHouse({ folder, floors }: House, files: readonly ProjectFile[]): readonly string[] {
  const floorOf = new Map(floors.flatMap((rooms, floor) => rooms.map((room) => [room, floor])));
  const roomIn = (path: string): string | undefined =>
    path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split('/')[0] : undefined;
  return packageSources(files).flatMap((file) => {
    const room = roomIn(file.path);
    if (room === undefined || room === 'index.ts' || isTest(file.path)) return [];
    const floor = floorOf.get(room);
    if (floor === undefined)
      return [`${file.path}:1: ${room} is on no floor of the house: name it`];
    return imports(file).flatMap(({ from, node }) => {
      const target = posix.join(posix.dirname(file.path), from);
      const other = from.startsWith('.') ? roomIn(target) : undefined;
      if (other === undefined || other === room) return [];
      const isBelow = (floorOf.get(other) ?? floors.length) < floor;
      if (!isBelow) return [problem(file, node.start, `${room} must not know ${other}`)];
      if (posix.basename(target) === 'index.ts') return [];
      return [problem(file, node.start, `come into ${other} by its door, ${other}/index.ts`)];
    });
  });
}
