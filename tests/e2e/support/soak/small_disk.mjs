// A data folder of its own small disk: a tmpfs in a mount namespace that a waiting process holds.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { within } from '../wait.mjs';

const asRoot = process.getuid() === 0;
const unshare = ['unshare', ...(asRoot ? [] : ['--map-root-user']), '--mount'];

// Why there can be none; nothing where there can.
export function whyNoSmallDisk() {
  const tried = spawnSync(unshare[0], [...unshare.slice(1), 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { encoding: 'utf8' });
  return tried.status === 0 ? null : `no tmpfs can be mounted here (${(tried.stderr ?? 'no unshare').trim()}); as root it can`;
}

export class SmallDisk {
  static async mount(t, folder, megabytes) {
    const disk = new SmallDisk();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const script = `mount -t tmpfs -o size=${megabytes}m,mode=700 tmpfs "$0" && echo mounted && exec cat`;
    disk.holder = spawn(unshare[0], [...unshare.slice(1), 'sh', '-c', script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
    const exited = once(disk.holder, 'exit');
    t.after(async () => {
      disk.holder.kill('SIGKILL');
      await exited;
    });
    await within(once(disk.holder.stdout, 'data'), 'a small disk');
    disk.folder = join(`/proc/${disk.holder.pid}/root`, folder);
    // A program that is run under this sees the disk.
    disk.prefix = ['nsenter', '--target', String(disk.holder.pid), ...(asRoot ? [] : ['--user', '--preserve-credentials']), '--mount'];
    return disk;
  }

  fill() {
    const file = openSync(join(this.folder, 'ballast'), 'a');
    for (let size = 1 << 20; size >= 1;) {
      try {
        writeSync(file, Buffer.alloc(size));
      } catch (error) {
        if (error.code !== 'ENOSPC') throw error;
        size = Math.floor(size / 2);
      }
    }
    closeSync(file);
  }

  free() {
    unlinkSync(join(this.folder, 'ballast'));
  }
}
