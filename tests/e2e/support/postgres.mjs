// A PostgreSQL 15 of the test's own: in a temporary folder, on a free port of this machine, as a user that may run it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './server.mjs';
import { until, within } from './wait.mjs';

const programs = '/usr/lib/postgresql/15/bin';
const asRoot = process.getuid() === 0;

// PostgreSQL refuses to run as root.
const command = (program, ...args) => (asRoot
  ? ['setpriv', ['--reuid=postgres', '--regid=postgres', '--clear-groups', join(programs, program), ...args]]
  : [join(programs, program), args]);

export class Postgres {
  static async start(t) {
    const postgres = new Postgres();
    postgres.folder = mkdtempSync(join(tmpdir(), 'cloudvno-postgres-'));
    postgres.port = await freePort();
    if (asRoot) {
      spawnSync('chown', ['postgres:postgres', postgres.folder]);
      chmodSync(postgres.folder, 0o700);
    }
    const made = spawnSync(...command('initdb', '-D', join(postgres.folder, 'data'), '-U', 'cloudvno', '-A', 'trust',
      '-E', 'UTF8', '--no-locale'), { encoding: 'utf8', cwd: '/' });
    assert.equal(made.status, 0, made.stderr);
    t.after(async () => {
      await postgres.stop('SIGQUIT');
      rmSync(postgres.folder, { recursive: true, force: true });
    });
    await postgres.serve();
    return postgres;
  }

  async serve() {
    const [program, args] = command('postgres', '-D', join(this.folder, 'data'), '-p', String(this.port), '-k', this.folder,
      '-c', 'listen_addresses=127.0.0.1');
    await until(() => {
      // What a killed one left may live for a moment, and a new one does not begin beside it.
      if (this.child?.exitCode !== null) {
        this.child = spawn(program, args, { stdio: 'ignore', cwd: '/' });
        this.exited = once(this.child, 'exit');
      }
      return this.sql('postgres', 'SELECT 1').status === 0;
    }, 'PostgreSQL answers', 90_000);
  }

  // All its processes stand still, and go on.
  freeze() {
    const { pid } = this.child;
    process.kill(pid, 'SIGSTOP'); // first, so that it makes no more
    this.frozen = [...this.#children(pid), pid];
    for (const each of this.frozen.slice(0, -1)) process.kill(each, 'SIGSTOP');
  }

  thaw() {
    for (const pid of this.frozen ?? []) process.kill(pid, 'SIGCONT');
    this.frozen = null;
  }

  #children(pid) {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  }

  async stop(signal = 'SIGINT') {
    if (!this.child) return;
    this.thaw();
    this.child.kill(signal);
    await within(this.exited, 'PostgreSQL ends');
    this.child = null;
  }

  sql(database, text) {
    return spawnSync(...command('psql', '-h', '127.0.0.1', '-p', String(this.port), '-U', 'cloudvno', '-d', database, '-Atc', text),
      { encoding: 'utf8', cwd: '/' });
  }

  // Makes a database; answers its URL.
  database(name) {
    const made = this.sql('postgres', `CREATE DATABASE ${name}`);
    assert.equal(made.status, 0, made.stderr);
    return `postgresql://cloudvno@127.0.0.1:${this.port}/${name}`;
  }
}
