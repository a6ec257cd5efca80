import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readMachine } from './machine.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hg-machine-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const id = '3d1219c7c4c5404aaa1f6d2a48adfda4';
const uuid = '4C4C4544-0042-3510-8052-B4C04F4D3532';
const hardware = 'sys/class/dmi/id/product_uuid';

describe('the ids of a machine', () => {
  it('are none where nothing shows them', () => {
    expect(readMachine(root)).toEqual({});
  });

  it('are that of the system before that of the hardware', () => {
    put(hardware, `${uuid}\n`);
    expect(readMachine(root)).toEqual({ machine: uuid.toLowerCase() });
    put('etc/machine-id', `${id}\n`);
    expect(readMachine(root)).toEqual({ machine: id });
  });

  it.each(['', 'uninitialized\n', `${'0'.repeat(32)}\n`])('are not taken from "%s"', (text) => {
    put('etc/machine-id', text);
    expect(readMachine(root)).toEqual({});
    put(hardware, 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF\n');
    expect(readMachine(root)).toEqual({});
  });

  it('tell the generation of a virtual machine where the kernel shows it', () => {
    put('sys/bus/acpi/devices/VMGENCTR:00/hid', 'VMGENCTR\n');
    expect(readMachine(root)).toEqual({});
    put('sys/bus/acpi/devices/VMGENCTR:00/vm_gen_counter/generation_id', `${uuid}\n`);
    expect(readMachine(root)).toEqual({ generation: uuid.toLowerCase() });
  });
});
