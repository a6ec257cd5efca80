/** By what this machine is known: what changes when a state directory, or a whole virtual machine, is copied. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ids of a machine. One that cannot be read is absent. */
export interface MachineIds {
  /** That of the installed system (machine-id(5)), or of the hardware where there is none. */
  readonly machine?: string;
  /** Changes when a virtual machine is cloned or goes back to a snapshot. */
  readonly generation?: string;
}

const machineFiles = ['etc/machine-id', 'sys/class/dmi/id/product_uuid'];

/** The buses on which Linux lists the ACPI device VMGENCTR. */
const deviceFolders = ['sys/bus/acpi/devices', 'sys/bus/platform/devices'];
/** Kernels that show the id call it so. Mainline Linux (seen: 6.18) has the driver and shows nothing. */
const generationFiles = ['vm_gen_counter/generation_id', 'generation_id'];

/** Reads the ids below `root`. */
export function readMachine(root = '/'): MachineIds {
  const machine = firstOf(machineFiles.map((path) => join(root, path)));
  const generation = firstOf(generationPaths(root));
  return {
    ...(machine === undefined ? {} : { machine }),
    ...(generation === undefined ? {} : { generation }),
  };
}

function generationPaths(root: string): readonly string[] {
  return deviceFolders.flatMap((folder) => {
    const devices = namesIn(join(root, folder)).filter((name) => name.startsWith('VMGENCTR'));
    return devices.flatMap((name) => generationFiles.map((file) => join(root, folder, name, file)));
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** The first file that has an id: hex digits and dashes, not all the same. */
function firstOf(paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const text = textOf(path).trim().toLowerCase();
    // Images that are yet to be started say "uninitialized"; broken firmware says 0000... or ffff...
    if (/^[0-9a-f-]{32,64}$/.test(text) && new Set(text.replaceAll('-', '')).size > 1) return text;
  }
  return undefined;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
