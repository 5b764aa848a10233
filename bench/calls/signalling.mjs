// What calls are measured through: SIPp alone, Kamailio as a stateful proxy, and CloudVNO answering with TwiML.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, freePort } from '../../tests/e2e/support/server.mjs';
import { until } from '../../tests/e2e/support/wait.mjs';
import { cpu_us, dropped, resident_kib, start, threads_us } from './processes.mjs';

export const number = '+441614960150';

export function folder(t) {
  const made = mkdtempSync(join(tmpdir(), 'bench-calls-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const listens = (port) => until(() => new Promise((resolve) => {
  const socket = connect(port, '127.0.0.1');
  socket.once('connect', () => { socket.destroy(); resolve(true); }).once('error', () => resolve(false));
}), `port ${port} listens`);

// SIPp that answers at once.
export async function callee(t) {
  const port = await freePort();
  const child = start(t, 'sipp', ['-sn', 'uas', '-i', '127.0.0.1', '-p', `${port}`, '-nostdin', '-mp', `${(await freePort()) & ~1}`,
    '-buff_size', '4194304'], { cwd: folder(t) });
  return { name: 'SIPp alone', port, pid: child.pid };
}

// Stateful, of two workers for UDP, without logs and without a database.
export async function kamailio(t, target) {
  const port = await freePort();
  const home = folder(t);
  writeFileSync(join(home, 'kamailio.cfg'), `
debug=-1
children=2
tcp_children=1
disable_core_dump=yes
auto_aliases=no
maxbuffer=4194304
listen=udp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${port}
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  $du = "sip:127.0.0.1:${target}";
  if (is_method("INVITE")) t_newtran();
  t_relay();
}
`);
  const child = start(t, 'kamailio', ['-DD', '-E', '-f', join(home, 'kamailio.cfg'), '-Y', home, '-m', '512', '-M', '16', '-w', home]);
  await listens(port);
  return { name: 'Kamailio, stateful proxy', port, pid: child.pid };
}

// The customer's application: nginx, which costs the least.
async function application(t, xml) {
  const port = await freePort();
  const home = folder(t);
  writeFileSync(join(home, 'nginx.conf'), `
worker_processes 1; daemon off; pid ${home}/pid; error_log stderr crit;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000000; client_body_temp_path ${home}; proxy_temp_path ${home};
  fastcgi_temp_path ${home}; uwsgi_temp_path ${home}; scgi_temp_path ${home};
  server { listen 127.0.0.1:${port}; location / { default_type text/xml; return 200 '${xml}'; } }
}
`);
  start(t, '/usr/sbin/nginx', ['-p', home, '-c', join(home, 'nginx.conf'), '-e', 'stderr']);
  await listens(port);
  return `http://127.0.0.1:${port}/voice`;
}

// Answers `xml`, fetched for each call; its own calls go to `callee`.
export async function cloudvno(t, xml, callee) {
  const sip = await freePort();
  const server = await Server.make(t, { logLevel: 'warn', sections: `
[sip]
enabled = true
address = "127.0.0.1"
udp_port = ${sip}
tcp_port = ${sip}
tls_port = 0
[[trunk]]
name = "bench"
${callee ? `host = "127.0.0.1"\nport = ${callee}` : ''}
allowed_ranges = ["127.0.0.1/32"]
session_expires = 0
` });
  const account = server.account('--no-rate-limits');
  server.command('number', 'add', '--account', account.account_sid, '--carrier', 'bench', '--voice', number);
  const { key } = server.key(account, '--live');
  await server.start();
  await server.client(key).make(`/v1/incoming_phone_numbers/${encodeURIComponent(number)}`, { voice_url: await application(t, xml) });
  return { name: 'CloudVNO, TwiML', port: sip, pid: server.child.pid, server, client: server.client(key) };
}

// Calls at a rate for so long; a call is INVITE, 200, ACK, BYE, 200. What the target used is told per call.
export async function load(t, target, { rate, seconds, stay_ms = 0, scenario = ['-sn', 'uac'] }) {
  const home = folder(t);
  const calls = rate * seconds;
  const before = { cpu: cpu_us(target.pid), threads: threads_us(target.pid), dropped: dropped(), at: Date.now() };
  const child = start(t, 'sipp', [...scenario, '-s', number.slice(1), '-i', '127.0.0.1', '-p', `${await freePort()}`, '-nostdin',
    '-mp', `${(await freePort()) & ~1}`, '-m', `${calls}`, '-r', `${rate}`, '-d', `${stay_ms}`, '-l', '100000', '-trace_stat',
    '-timeout', `${seconds + 60}`, '-buff_size', '4194304', `127.0.0.1:${target.port}`], { cwd: home });
  await child.exited;
  const lasted = (Date.now() - before.at) / 1e3;
  const rows = readFileSync(join(home, readdirSync(home).find((name) => name.endsWith('_.csv'))), 'utf8').trim().split('\n')
    .map((row) => row.split(';'));
  const count = (name) => Number(rows.at(-1)[rows[0].indexOf(name)]);
  const done = count('SuccessfulCall(C)');
  const after = threads_us(target.pid);
  const by_thread = {};
  for (const [name, us] of Object.entries(after)) by_thread[name] = (us - (before.threads[name] ?? 0)) / calls;
  return {
    rate, done, failed: calls - done, again: count('Retransmissions(C)'), per_second: done / lasted,
    cpu_us: (cpu_us(target.pid) - before.cpu) / calls, threads: by_thread, dropped: dropped() - before.dropped,
    resident_kib: resident_kib(target.pid),
  };
}
