// The Debian package, built of the program that is tested: what is in it, whether it works unpacked, and what
// installing, upgrading, removing and purging do on a copy of this machine.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, after, test } from 'node:test';
import { freePort, program } from './support/server.mjs';
import { until, within } from './support/wait.mjs';

const build = new URL('../../tools/package.sh', import.meta.url).pathname;
const chroot = new URL('support/chroot.sh', import.meta.url).pathname;
let folder;
let file;
let tree;

const has = (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;

// Runs it and answers standard output; it must succeed unless told otherwise.
function run(command, args, { input, status = 0, env } = {}) {
  const ran = spawnSync(command, args, { encoding: 'utf8', input, timeout: 120_000, env: { ...process.env, ...env }, maxBuffer: 1 << 26 });
  assert.equal(ran.status, status, `${command} ${args.join(' ')}: ${ran.stdout}${ran.stderr}`);
  return ran.stdout + (status === 0 ? '' : ran.stderr);
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloudvno-package-'));
  file = run(build, [program, join(folder, 'built')]).trim();
  tree = join(folder, 'tree');
  run('dpkg-deb', ['-x', file, tree]);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('the package holds what an operator needs, owned by root', () => {
  const listed = run('dpkg-deb', ['-c', file]).trim().split('\n').map((line) => line.split(/\s+/));
  for (const [mode, owner, , , , path] of listed) {
    assert.equal(owner, 'root/root', path);
    assert.ok(!/w..w|w....w/.test(mode.slice(4)), `${path} is ${mode}`);
  }
  const paths = listed.map((fields) => fields[5]);
  for (const path of ['./usr/bin/cloudvno', './etc/cloudvno/cloudvno.toml', './lib/systemd/system/cloudvno.service',
    './lib/systemd/system/cloudvno.socket', './usr/share/man/man1/cloudvno.1.gz', './usr/share/doc/cloudvno/operations.md',
    './usr/share/doc/cloudvno/openapi.yaml', './usr/share/doc/cloudvno/copyright', './usr/share/doc/cloudvno/changelog.gz',
    './usr/share/bash-completion/completions/cloudvno', './usr/share/zsh/vendor-completions/_cloudvno',
    './usr/share/fish/vendor_completions.d/cloudvno.fish']) {
    assert.ok(paths.includes(path), path);
  }
  assert.match(run('dpkg-deb', ['-f', file, 'Depends']), /libssl3.*libstdc\+\+6|libstdc\+\+6.*libssl3/);
  assert.equal(run('dpkg-deb', ['-I', file, 'conffiles']), '/etc/cloudvno/cloudvno.toml\n');
  // Built again, it is the same file.
  const again = run(build, [program, join(folder, 'again')]).trim();
  assert.ok(readFileSync(again).equals(readFileSync(file)), 'the package is reproducible');
});

test('the configuration file holds every default, commented out, and the unpacked program serves with it', { timeout: 60_000 }, async (t) => {
  const config = join(tree, 'etc/cloudvno/cloudvno.toml');
  const installed = join(tree, 'usr/bin/cloudvno');
  const text = readFileSync(config, 'utf8');
  assert.ok(text.split('\n').every((line) => line === '' || line.startsWith('#') || line.startsWith('[')), text);
  const port = await freePort();
  const data = join(folder, 'data');
  const changed = join(folder, 'changed.toml');
  writeFileSync(changed, text.replace(/^#data_dir = .*$/m, `data_dir = "${data}"`)
    .replace(/^#port = 8443$/m, 'port = 0').replace(/^#plain_port = 0$/m, `plain_port = ${port}`));
  run(installed, ['-c', changed, 'check']);
  const child = spawn(installed, ['-c', changed, 'serve'], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGTERM');
    await within(ended, 'the end', 40_000);
  });
  await until(() => fetch(`http://127.0.0.1:${port}/healthz`).then((answer) => answer.ok, () => false), 'it serves');
});

test('the manual page is clean and names every command and setting', () => {
  const page = join(tree, 'usr/share/man/man1/cloudvno.1.gz');
  const env = { LC_ALL: 'C.UTF-8', MANWIDTH: '200', MANROFFSEQ: '' };
  const ran = spawnSync('man', ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', page], { encoding: 'utf8', env: { ...process.env, ...env } });
  assert.equal(ran.status, 0, ran.stderr);
  assert.equal(ran.stderr, '');
  const text = ran.stdout.replace(/.\x08|\x1b\[[0-9;]*m/g, '').replace(/‐\n\s*/g, '').replace(/\s+/g, ' ');
  const commands = run(program, ['--help']).split('Subcommands:')[1].trim().split('\n').map((line) => line.trim().split(' ')[0]);
  assert.ok(commands.length > 10);
  for (const command of commands) assert.ok(text.includes(`cloudvno ${command}`), command);
  const settings = [...run(program, ['config']).matchAll(/^#([a-z_]+) = /gm)].map((found) => found[1]);
  assert.ok(settings.length > 20);
  for (const setting of settings) assert.ok(text.includes(`${setting} = `), setting);
});

const commandsIn = (help) => help.split('Subcommands:')[1].trim().split('\n').map((line) => line.trim().split(' ')[0]);

test('bash completes commands, options and nothing where a value is due', () => {
  const script = join(tree, 'usr/share/bash-completion/completions/cloudvno');
  run('bash', ['-n', script]);
  const complete = (...words) => run('bash', ['-c', 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _cloudvno; echo "${COMPREPLY[@]}"',
    'bash', script, 'cloudvno', ...words]).trim().split(' ').filter(Boolean);
  assert.deepEqual(complete('acc'), ['account']);
  assert.deepEqual(complete('account', 'tu'), ['turn-key']);
  assert.deepEqual(complete('--config', 'x.toml', 'account', 'create', '--na'), ['--name']);
  assert.deepEqual(complete('-c', ''), []);
  assert.deepEqual(complete('account', 'create', '--name', 'serve', '--tw'), ['--twilio-signature']);
  assert.deepEqual(complete('account', ''), [...commandsIn(run(program, ['account', '--help'])), '-h', '--help']);
  for (const command of commandsIn(run(program, ['--help']))) assert.ok(complete('').includes(command), command);
});

test('zsh and fish take their completions', (t) => {
  const zsh = join(tree, 'usr/share/zsh/vendor-completions/_cloudvno');
  const fish = join(tree, 'usr/share/fish/vendor_completions.d/cloudvno.fish');
  if (has('zsh')) run('zsh', ['-n', zsh]);
  else t.diagnostic('zsh is not here');
  if (!has('fish')) return t.diagnostic('fish is not here');
  run('fish', ['-n', fish]);
  const complete = (line) => run('fish', ['--no-config', '-c', `source ${fish}; complete -C "${line}"`]).trim().split('\n')
    .map((each) => each.split('\t')[0]);
  assert.deepEqual(complete('cloudvno acc'), ['account']);
  assert.deepEqual(complete('cloudvno -c x account tu'), ['turn-key']);
  assert.ok(complete('cloudvno account create --').includes('--name'));
});

test('the units are right and keep the service in', (t) => {
  const unit = join(tree, 'lib/systemd/system/cloudvno.service');
  for (const script of ['postinst', 'prerm', 'postrm']) run('sh', ['-n', '-s'], { input: run('dpkg-deb', ['-I', file, script]) });
  if (!has('systemd-analyze')) return t.diagnostic('systemd-analyze is not here');
  const verify = spawnSync('systemd-analyze', ['verify', '--man=no', unit, unit.replace('.service', '.socket')], { encoding: 'utf8' });
  // The program stands in the tree only.
  const said = (verify.stdout + verify.stderr).split('\n').filter((line) => line && !line.includes('/usr/bin/cloudvno is not executable'));
  assert.deepEqual(said, []);
  const security = run('systemd-analyze', ['security', '--offline=true', '--no-pager', '--threshold=20', unit]);
  t.diagnostic(security.match(/Overall exposure.*/)[0]);
});

test('lintian finds no error and no warning', (t) => {
  if (!has('lintian')) return t.diagnostic('lintian is not here');
  const said = run('lintian', ['--allow-root', '--fail-on', 'none', file]).split('\n').filter((line) => /^[EW]:/.test(line));
  assert.deepEqual(said, []);
});

test('installed, upgraded, removed and purged, it keeps what it must and says what it deletes', { timeout: 200_000 }, (t) => {
  const machine = join(folder, 'machine');
  const on = (script, status = 0) => run(chroot, [machine, 'sh', '-ec', `export DEBIAN_FRONTEND=noninteractive LC_ALL=C; exec 2>&1; ${script}`], { status });
  const able = spawnSync(chroot, [machine, 'true']).status;
  if (able === 77) return t.diagnostic('no copy of this machine can be made here: not root, or no overlay');
  const package_ = join(machine, 'changes', 'cloudvno.deb');
  run('cp', [file, package_]);

  on('dpkg -i /cloudvno.deb');
  assert.equal(on('stat -c "%U:%G %a" /etc/cloudvno/cloudvno.toml /var/lib/cloudvno'), 'root:cloudvno 640\ncloudvno:cloudvno 700\n');
  assert.match(on('getent passwd cloudvno'), /^cloudvno:x:\d+:\d+:.*:\/var\/lib\/cloudvno:\/usr\/sbin\/nologin/);
  assert.match(on('ls /etc/systemd/system/multi-user.target.wants'), /cloudvno.service/);
  // A command of root's leaves nothing that the service could not open.
  on('cloudvno account create --name Test');
  assert.equal(on('find /var/lib/cloudvno ! -user cloudvno'), '');
  assert.equal(on('stat -c "%U %a" /var/lib/cloudvno/root.key'), 'cloudvno 600\n');
  assert.match(on('cloudvno check'), /ok {4}store/);

  // What the operator set survives an upgrade.
  on('echo "# mine" >> /etc/cloudvno/cloudvno.toml; dpkg -i /cloudvno.deb');
  assert.match(on('tail -1 /etc/cloudvno/cloudvno.toml; stat -c "%U:%G %a" /etc/cloudvno/cloudvno.toml'), /# mine\nroot:cloudvno 640/);

  const key = on('sha256sum /var/lib/cloudvno/root.key');
  assert.match(on('dpkg -r cloudvno'), /Kept: \/var\/lib\/cloudvno \(the root key and the store\)/);
  assert.equal(on('sha256sum /var/lib/cloudvno/root.key'), key, 'removing deletes no key');
  on('test ! -e /usr/bin/cloudvno && test -e /etc/cloudvno/cloudvno.toml');

  assert.match(on('dpkg -P cloudvno'), /Deleting \/var\/lib\/cloudvno for ever: the root key, the store/);
  on('test ! -e /var/lib/cloudvno && test ! -e /etc/cloudvno');
});
