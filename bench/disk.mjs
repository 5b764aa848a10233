// What the disk under the temporary folder allows: writes of 4 KiB with fsync, one after the other, a second.
import { closeSync, fsyncSync, openSync, writeSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function fsyncs() {
  const folder = mkdtempSync(join(tmpdir(), 'cloudvno-bench-'));
  const file = openSync(join(folder, 'file'), 'w');
  const end = performance.now() + 1000;
  let count = 0;
  for (; performance.now() < end; ++count) {
    writeSync(file, 'x'.repeat(4096), 0);
    fsyncSync(file);
  }
  closeSync(file);
  rmSync(folder, { recursive: true });
  return count;
}
