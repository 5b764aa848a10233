// SIPp and what it counted.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { document } from './scenario.mjs';
import { freePort } from './server.mjs';
import { within } from './wait.mjs';

const scenarios = join(dirname(fileURLToPath(import.meta.url)), '..', 'sip', 'scenarios');

export const scenario = (name) => ['-sf', join(scenarios, `${name}.xml`)];

// Runs SIPp to its end: {code, said, counts}, of which `counts` are the last row of its statistics by their names:
// SuccessfulCall(C), FailedCall(C), Retransmissions(C)…
export async function sipp(t, ...args) {
  const folder = mkdtempSync(join(tmpdir(), 'sipp-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const child = spawn('sipp', ['-i', '127.0.0.1', '-nostdin', '-trace_stat', '-trace_err', '-rtcheck', 'loose', ...args],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (text) => { said = (said + text).slice(-20_000); });
  child.stderr.on('data', (text) => { said = (said + text).slice(-20_000); });
  const [code] = await within(once(child, 'exit'), 'the end of SIPp', 100_000);
  const counts = {};
  for (const name of readdirSync(folder)) {
    const text = readFileSync(join(folder, name), 'utf8');
    if (name.endsWith('_errors.log')) said += text.slice(0, 4_000);
    if (!name.endsWith('.csv')) continue;
    const rows = text.trim().split('\n').map((row) => row.split(';'));
    rows[0].forEach((column, i) => { counts[column] = Number(rows.at(-1)[i]); });
  }
  return { code, said, counts };
}

// Runs one call, or `calls`, of steps (support/scenario.mjs), and expects SIPp to be content.
export async function play(t, steps, { port, to, calls = 1, rate = 10, args = [] }) {
  const folder = mkdtempSync(join(tmpdir(), 'sipp-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'scenario.xml');
  writeFileSync(file, document('steps', steps));
  const ran = await sipp(t, '-sf', file, '-p', `${port}`, '-mp', `${(await freePort()) & ~1}`, '-m', `${calls}`, '-r', `${rate}`,
    '-timeout', '45', '-timeout_error', ...args, ...(to ? [to] : []));
  assert.equal(ran.code, 0, ran.said.slice(-3000));
  return ran.counts;
}
