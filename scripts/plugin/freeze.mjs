// Makes what a program's memory holds when it is loaded the memory that it starts with, see freeze.c.

import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Failure, quiet } from '../setup/progress.mjs';

const LOAD = 1;
const WRITABLE = 2;

/** Replaces the executable, which `runner` (an emulator, or nothing) can run here. */
export async function freeze(executable, runner) {
  const picture = `${executable}.picture`;
  rmSync(picture, { force: true });
  const [command, ...args] = [...runner, executable, picture];
  await quiet(command, args, { env: {} });
  const elf = readFileSync(executable);
  const memory = readFileSync(picture);
  rmSync(picture);
  writeFileSync(executable, withMemory(elf, memory));
  chmodSync(executable, 0o755);
}

/** The picture goes to the end of the file; the header of the one writable segment leads there. */
function withMemory(elf, memory) {
  const segment = writableSegment(elf);
  const address = Number(elf.readBigUInt64LE(segment + 16));
  const size = Number(elf.readBigUInt64LE(segment + 40));
  if (size !== memory.length) throw new Failure('the picture of the memory is not whole');
  // Offset and address must be the same within a page, as large as pages of that processor may be.
  const page = Number(elf.readBigUInt64LE(segment + 48));
  const offset = Math.ceil(elf.length / page) * page + (address % page);
  const made = Buffer.alloc(offset + memory.length);
  elf.copy(made);
  memory.copy(made, offset);
  made.writeBigUInt64LE(BigInt(offset), segment + 8);
  made.writeBigUInt64LE(BigInt(memory.length), segment + 32);
  // The table of sections is for debuggers, and is wrong now.
  made.writeBigUInt64LE(0n, 40);
  made.writeUInt16LE(0, 60);
  made.writeUInt16LE(0, 62);
  return made;
}

/** Where the header of the writable segment stands in a 64-bit little-endian ELF file. */
function writableSegment(elf) {
  const first = Number(elf.readBigUInt64LE(32));
  const size = elf.readUInt16LE(54);
  const headers = Array.from({ length: elf.readUInt16LE(56) }, (_, at) => first + at * size);
  const found = headers.filter(
    (at) => elf.readUInt32LE(at) === LOAD && (elf.readUInt32LE(at + 4) & WRITABLE) !== 0,
  );
  if (found.length !== 1) throw new Failure(`it has ${found.length} writable segments, not one`);
  return found[0];
}
