// Kamailio between us and SIPp: several workers, which turn round 180 and 200, ACK and BYE, and stay in the way by
// Record-Route. Every call must come to its end, none may be stuck, nothing may be sent again and again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kamailio } from './support/kamailio.mjs';
import { Server, freePort } from './support/server.mjs';
import { Sink } from './support/sink.mjs';
import { scenario, sipp } from './support/sipp.mjs';
import { until } from './support/wait.mjs';

const number = '+441614960150';
const calls = 200; // in each direction

const sections = ({ sip, port, transport, more = '' }) => `
[sip]
enabled = true
address = "127.0.0.1"
udp_port = ${sip}
tcp_port = ${sip}
tls_port = 0
[voice]
calls_per_second = 1000
[[trunk]]
name = "acme"
host = "127.0.0.1"
port = ${port}
transport = "${transport}"
allowed_ranges = ["127.0.0.1/32"]
${more}
`;

for (const transport of ['udp', 'tcp']) {
  test(`${calls} calls each way through Kamailio, which reaches us by ${transport}`, { timeout: 180_000 }, async (t) => {
    const [sip, callee] = [await freePort(), await freePort()];
    const proxy = await Kamailio.start(t, { ours: sip, callee, transport });
    const server = await Server.start(t, { sections: sections({ sip, port: proxy.port, transport }) });
    const account = server.account('--no-rate-limits');
    const live = server.client(server.key(account, '--live').key);
    const app = await Sink.start(t, () => ({ status: 200, type: 'text/xml', body: '<Response><Play digits="w"/><Pause length="30"/></Response>' }));
    server.command('number', 'add', '--account', account.account_sid, '--carrier', 'acme', '--voice', number);
    await live.make(`/v1/incoming_phone_numbers/${encodeURIComponent(number)}`, { voice_url: `${app.url}/voice` });

    const all = async () => {
      const found = [];
      for (let path = '/v1/calls?limit=100'; path;) {
        const { body } = await live.get(path);
        found.push(...body.data);
        path = body.has_more ? body.next : null;
      }
      return found;
    };
    const settled = (count) => until(async () => {
      const found = await all();
      return found.length === count && found.every((one) => one.end_time) && found;
    }, `${count} calls are over`, 60_000);
    // A proxy that hurries may send a message twice; a storm is something else.
    const calm = (ran) => {
      assert.equal(ran.code, 0, ran.said.slice(-3000));
      assert.equal(ran.counts['SuccessfulCall(C)'], calls);
      assert.equal(ran.counts['FailedCall(C)'], 0);
      assert.ok(ran.counts['Retransmissions(C)'] <= calls / 20, `${ran.counts['Retransmissions(C)']} retransmissions`);
    };

    // In: SIPp hangs up as soon as it is answered, so the BYE overtakes the ACK.
    const media = String((await freePort()) & ~1);
    calm(await sipp(t, ...scenario('proxied-caller'), '-s', number.slice(1), '-m', String(calls), '-r', '100', '-mp', media,
      '-p', String(await freePort()), '-timeout', '60', `127.0.0.1:${proxy.port}`));
    const inbound = await settled(calls);
    assert.deepEqual([...new Set(inbound.map((one) => `${one.direction} ${one.status}`))], ['inbound completed']);

    // Out: the 200 overtakes the 180. SIPp as a callee would not bear a BYE before its ACK.
    const ran = sipp(t, ...scenario('proxied-callee'), '-m', String(calls), '-mp', media, '-p', String(callee), '-timeout', '60');
    for (let i = 0; i < calls; i += 20) {
      await Promise.all(Array.from({ length: 20 }, () => live.make('/v1/calls', {
        from: number, to: '+441614960151', xml: '<Response><Pause length="1"/></Response>',
      })));
    }
    calm(await ran);
    const outbound = (await settled(2 * calls)).filter((one) => one.direction === 'outbound-api');
    assert.deepEqual([...new Set(outbound.map((one) => one.status))], ['completed']);
    assert.ok(server.isAlive());
  });
}

for (const algorithm of ['SHA-256', 'MD5']) {
  test(`Kamailio asks us for ${algorithm}`, { timeout: 60_000 }, async (t) => {
    const [sip, callee] = [await freePort(), await freePort()];
    const proxy = await Kamailio.start(t, { ours: sip, callee, digest: { algorithm, password: 'right' } });
    for (const password of ['right', 'wrong']) {
      const server = await Server.start(t, { sections: sections({
        sip: await freePort(), port: proxy.port, transport: 'udp', more: `username = "cloudvno"\npassword = "${password}"`,
      }) });
      const account = server.account('--no-rate-limits');
      const live = server.client(server.key(account, '--live').key);
      server.command('number', 'add', '--account', account.account_sid, '--carrier', 'acme', '--voice', number);
      const answered = password === 'right' && sipp(t, ...scenario('proxied-callee'), '-m', '1', '-mp', String((await freePort()) & ~1),
        '-p', String(callee), '-timeout', '30');
      const { sid } = await live.make('/v1/calls', { from: number, to: '+441614960151', xml: '<Response><Pause length="1"/></Response>' });
      const call = await until(async () => {
        const { body } = await live.get(`/v1/calls/${sid}`);
        return body.end_time && body;
      }, 'the call is over');
      assert.deepEqual([call.status, call.sip_response_code], password === 'right' ? ['completed', null] : ['failed', 407]);
      if (answered) assert.equal((await answered).code, 0);
    }
  });
}
