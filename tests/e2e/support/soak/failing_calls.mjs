// Tells the preloaded failing_calls.c which write or fsync of a program is to fail.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const source = new URL('failing_calls.c', import.meta.url).pathname;
const kinds = { write: 1, sync: 2 };
const fields = 5; // of 8 bytes

export class FailingCalls {
  constructor(t) {
    this.folder = mkdtempSync(join(tmpdir(), 'cloudvno-failing-'));
    t.after(() => {
      closeSync(this.file);
      rmSync(this.folder, { recursive: true, force: true });
    });
    this.library = join(this.folder, 'failing_calls.so');
    const built = spawnSync('clang-19', ['-O2', '-Wall', '-Werror', '-shared', '-fPIC', '-o', this.library, source], { encoding: 'utf8' });
    if (built.status !== 0) throw new Error(`failing_calls.c: ${built.stderr}`);
    this.orders = join(this.folder, 'orders');
    this.file = openSync(this.orders, 'w+');
    this.heal();
  }

  // For programs whose files below `folder` are to fail.
  environment(folder) {
    return { LD_PRELOAD: this.library, CLOUDVNO_FAILING_CALLS: this.orders, CLOUDVNO_FAILING_FOLDER: folder };
  }

  // The n-th call of that kind from now on fails, once.
  failAt(n, kind, error) {
    const orders = Buffer.alloc(8 * fields);
    [0, n, kinds[kind], constants.errno[error]].forEach((value, i) => orders.writeBigInt64LE(BigInt(value), 8 * i));
    writeSync(this.file, orders, 0, orders.length, 0);
  }

  heal() {
    writeSync(this.file, Buffer.alloc(8 * fields), 0, 8 * fields, 0);
  }

  hasFailed() {
    const orders = Buffer.alloc(8 * fields);
    readSync(this.file, orders, 0, orders.length, 0);
    return orders.readBigInt64LE(8 * 4) > 0n;
  }
}
