// Kamailio as a stateful proxy that stays in the way (Record-Route), of several workers that are made to overtake each other.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './server.mjs';
import { until } from './wait.mjs';

// Our own calls go to `callee`, all others go to us, by `transport`. Ringing and ACKs, both to us, wait a little in the worker
// that has them, one time in four, so that the 200 and the BYE behind them come first. (Where many sleep, Kamailio itself
// comes to a halt.)
// `digest`: {algorithm, password}, which our calls must prove.
const routes = ({ ours, callee, transport, digest }) => `
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  if (has_totag()) {
    if (is_method("ACK") && !($ua =~ "^CloudVNO") && ($RANDOM & 3) == 0) usleep("5000");
    if (!loose_route()) { if (!is_method("ACK")) sl_send_reply("404", "No Route"); exit; }
    if (!t_relay()) sl_reply_error();
    exit;
  }
  if (!is_method("INVITE")) { sl_send_reply("405", "Not here"); exit; }
  t_check_trans();
  ${digest ? `if (!pv_auth_check("kamailio", "${digest.password}", "0", "0")) { auth_challenge("kamailio", "1"); exit; }
  consume_credentials();` : ''}
  record_route();
  if ($ua =~ "^CloudVNO") {
    $du = "sip:127.0.0.1:${callee}";
    t_on_reply("SLOW_RINGING");
  } else {
    $du = "sip:127.0.0.1:${ours}${transport === 'tcp' ? ';transport=tcp' : ''}";
  }
  if (!t_relay()) sl_reply_error();
}
onreply_route[SLOW_RINGING] {
  if ($rs == 180 && ($RANDOM & 3) == 0) usleep("5000");
}
`;

export class Kamailio {
  static async start(t, { ours, callee, transport = 'udp', digest = null }) {
    const proxy = new Kamailio();
    const folder = mkdtempSync(join(tmpdir(), 'kamailio-'));
    proxy.port = await freePort();
    const file = join(folder, 'kamailio.cfg');
    writeFileSync(file, `
debug=1
log_stderror=yes
children=8
tcp_children=4
enable_tls=no
disable_core_dump=yes
auto_aliases=no
listen=udp:127.0.0.1:${proxy.port}
listen=tcp:127.0.0.1:${proxy.port}
loadmodule "kex.so"
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "textops.so"
loadmodule "siputils.so"
loadmodule "cfgutils.so"
${digest ? `loadmodule "auth.so"\nmodparam("auth", "algorithm", "${digest.algorithm}")` : ''}
modparam("rr", "enable_full_lr", 1)
modparam("rr", "append_fromtag", 0)
${routes({ ours, callee, transport, digest })}
`);
    const child = spawn('kamailio', ['-DD', '-E', '-f', file, '-Y', folder, '-m', '64', '-M', '8', '-w', folder],
      { stdio: ['ignore', 'pipe', 'pipe'] });
    const exited = once(child, 'exit');
    proxy.log = '';
    child.stdout.on('data', (data) => { proxy.log += data; });
    child.stderr.on('data', (data) => { proxy.log += data; });
    t.after(async () => {
      child.kill('SIGTERM');
      await exited;
      rmSync(folder, { recursive: true, force: true });
    });
    await until(() => new Promise((resolve, reject) => {
      if (child.exitCode !== null) reject(new Error(`Kamailio ended at its start:\n${proxy.log.slice(-3000)}`));
      const socket = connect(proxy.port, '127.0.0.1');
      socket.once('connect', () => { socket.destroy(); resolve(true); }).once('error', () => resolve(false));
    }), 'Kamailio listens');
    return proxy;
  }
}
