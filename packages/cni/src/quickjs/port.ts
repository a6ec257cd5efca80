/** The plugin's port on QuickJS: what runs in the static executable. */
import * as os from 'quickjs:os';
import * as std from 'quickjs:std';
import type { Port } from '../port.ts';
import { quickjsFiles } from './files.ts';

/** Standard input that is too long is read to its end up to here, so that its writer sees no broken pipe. */
const drainBytes = 64 * 1024 * 1024;

const hexDigits = '0123456789abcdef';

/** Bytes of a small file or device. `std.loadFile` reads nothing from files in /proc. */
function readBytes(path: string, maxBytes: number): Uint8Array {
  const fd = os.open(path, os.O_RDONLY);
  if (fd < 0) return new Uint8Array(0);
  const buffer = new ArrayBuffer(maxBytes);
  const count = os.read(fd, buffer, 0, maxBytes);
  os.close(fd);
  return new Uint8Array(buffer, 0, Math.max(0, count));
}

function readAscii(path: string): string {
  return String.fromCharCode(...readBytes(path, 256)).trim();
}

function drainInput(): void {
  const buffer = new ArrayBuffer(65_536);
  let left = drainBytes;
  while (left > 0) {
    const count = os.read(0, buffer, 0, buffer.byteLength);
    if (count <= 0) return;
    left -= count;
  }
}

let bootId: string | undefined;

export const quickjsPort: Port = {
  files: quickjsFiles,
  env: (name) => std.getenv(name),
  readInput(maxBytes) {
    const text = std.in.readAsString(maxBytes);
    if (std.in.getByte() < 0) return text;
    drainInput();
    return undefined;
  },
  answer(text) {
    std.out.puts(text);
    std.out.flush();
  },
  log: (line) => std.err.puts(`${line}\n`),
  wallMs: () => Date.now(),
  uptimeSeconds: () => Number.parseFloat(readAscii('/proc/uptime')),
  sleepMs(ms) {
    os.sleep(Math.ceil(ms));
  },
  randomId() {
    const bytes = readBytes('/dev/urandom', 16);
    if (bytes.length !== 16) throw new Error('no randomness: /dev/urandom cannot be read');
    let id = '';
    for (const byte of bytes) id += hexDigits.charAt(byte >> 4) + hexDigits.charAt(byte & 15);
    return id;
  },
  // There is no geteuid; the directory of a process belongs to its effective user.
  uid: () => os.stat('/proc/self/')[0]?.uid ?? -1,
  bootId() {
    bootId ??= readAscii('/proc/sys/kernel/random/boot_id');
    return bootId;
  },
};
