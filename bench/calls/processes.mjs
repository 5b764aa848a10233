// Programs under measurement: their start and end, their processor time and memory.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';

const tick_us = 10_000; // of /proc/PID/stat; USER_HZ is 100 on Linux

function fields(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

// A process and those that it started.
export function family(pid) {
  const of = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = Number(fields(name)[1]);
      of.set(parent, [...(of.get(parent) ?? []), Number(name)]);
    } catch { /* it has ended meanwhile */ }
  }
  const all = [pid];
  for (const one of all) all.push(...(of.get(one) ?? []));
  return all;
}

// Processor time in µs, user and system, of a program with all its processes.
export function cpu_us(pid) {
  return family(pid).reduce((sum, one) => sum + (Number(fields(one)[11]) + Number(fields(one)[12])) * tick_us, 0);
}

export function threads_us(pid) {
  const found = {};
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      const name = readFileSync(`/proc/${pid}/task/${task}/comm`, 'utf8').trim();
      const us = Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e3;
      found[name] = (found[name] ?? 0) + us;
    } catch { /* it has ended meanwhile */ }
  }
  return found;
}

export function resident_kib(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}

// Datagrams that found no room in their sockets since the machine's start, all programs together.
export function dropped() {
  const [names, values] = readFileSync('/proc/net/snmp', 'utf8').split('\n').filter((line) => line.startsWith('Udp:'))
    .map((line) => line.split(' '));
  return Number(values[names.indexOf('RcvbufErrors')]);
}

export function start(t, file, args, options = {}) {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  child.said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => { child.said = (child.said + data).slice(-20_000); });
  child.exited = once(child, 'exit');
  t.after(async () => {
    child.kill('SIGTERM');
    await child.exited;
  });
  return child;
}
