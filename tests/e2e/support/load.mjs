// Clients that send and read messages, over connections that they keep or over new ones, and count what failed.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { until, within } from './wait.mjs';

// One request over a keep-alive agent. A client may send again what it sent on a connection that it had used before and
// that was closed without a byte of an answer (RFC 9112 section 9.3.1); `counts.again` says how often that was needed.
async function ask(url, agent, { method, headers, body }, counts, tries = 0) {
  const started = performance.now();
  const secure = url.startsWith('https:');
  const sent = (secure ? httpsRequest : httpRequest)(url, { method, headers, agent, rejectUnauthorized: false });
  try {
    const answered = once(sent, 'response');
    sent.end(body);
    const [answer] = await within(answered, `an answer from ${url}`, 60_000);
    let text = '';
    for await (const piece of answer) text += piece;
    counts.slowest = Math.max(counts.slowest, performance.now() - started);
    return { status: answer.statusCode, text };
  } catch (error) {
    if (sent.reusedSocket && error.code === 'ECONNRESET' && tries < 3) {
      ++counts.again;
      return ask(url, agent, { method, headers, body }, counts, tries + 1);
    }
    throw error;
  }
}

// Clients that post and read until they are told to end; answers what they saw.
export function load(bases, account, { senders, close = false, name = 'sender' }) {
  const counts = { requests: 0, again: 0, slowest: 0, failed: [], answered: new Map() };
  let running = true;
  const client = async (sender) => {
    const base = bases[sender % bases.length];
    const Agent = base.startsWith('https:') ? HttpsAgent : HttpAgent;
    const agent = new Agent({ keepAlive: !close, maxSockets: 1 });
    const headers = { authorization: `Bearer ${account.test_key}` };
    for (let i = 0; running; ++i) {
      const body = `${name} ${sender} message ${i}`;
      try {
        ++counts.requests;
        const made = await ask(`${base}/v1/messages`, agent, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': body },
          body: JSON.stringify({ from: account.numbers[0], to: '+12015550100', body }),
        }, counts);
        assert.equal(made.status, 201, made.text);
        const { sid } = JSON.parse(made.text);
        counts.answered.set(sid, body);
        ++counts.requests;
        const read = await ask(`${base}/v1/messages/${sid}`, agent, { method: 'GET', headers }, counts);
        assert.equal(read.status, 200, read.text);
      } catch (error) {
        counts.failed.push(`${body}: ${error.stack}`);
      }
    }
    agent.destroy();
  };
  const clients = Array.from({ length: senders }, (_, sender) => client(sender));
  return {
    counts,
    async end() {
      running = false;
      await Promise.all(clients);
    },
  };
}

// A few hundred requests more than before: the load reaches the platform.
export async function goesOn(counts, by = 150) {
  const before = counts.requests;
  await until(() => counts.requests > before + by || counts.failed.length > 0, 'the load goes on', 60_000);
}
