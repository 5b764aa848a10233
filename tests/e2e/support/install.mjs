// Installs the npm packages of these tests into FOLDER, unless they are there:  install.mjs FOLDER NPM
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [folder, npm] = process.argv.slice(2);
const here = fileURLToPath(new URL('..', import.meta.url));
const lock = readFileSync(join(here, 'package-lock.json'), 'utf8');
const stamp = join(folder, 'installed'); // the lock file of the last whole installation

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== lock) {
  mkdirSync(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) {
    copyFileSync(join(here, file), join(folder, file));
  }
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) {
    console.error('npm ci failed: is the npm registry reached from here?');
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}
