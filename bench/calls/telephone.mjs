// Two ends of calls over SIP and UDP: one calls CloudVNO, the other is called by its Dial. Their sound is somebody else's: each
// names `media` as its port, and tells the port of the other side.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { within } from '../../tests/e2e/support/wait.mjs';

const header = (text, name) => new RegExp(`^${name}: *(.*)$`, 'mi').exec(text)?.[1].trim();
const port_of = (text) => Number(/^m=audio (\d+)/m.exec(text)[1]);
const sdp = (port) => `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n`
  + `m=audio ${port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n`;

export class Telephone {
  #calls = new Map(); // by Call-ID
  #count = 0;

  static async open(t) {
    const phone = new Telephone();
    phone.socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
    phone.socket.bind(0, '127.0.0.1');
    await once(phone.socket, 'listening');
    phone.port = phone.socket.address().port;
    phone.called = []; // ports of the calls that came
    phone.socket.on('message', (bytes, from) => phone.#take(bytes.toString(), from.port));
    t.after(() => phone.socket.close());
    return phone;
  }

  // Calls and waits for the answer: {port, answered_at} and how to hang up.
  call(to, user, media) {
    const id = `bench-${this.port}-${++this.#count}`;
    const call = { id, to, user, tag: `t${this.#count}`, branch: `z9hG4bK${id}` };
    this.#calls.set(id, call);
    const answered = new Promise((resolve, reject) => Object.assign(call, { resolve, reject }));
    this.#send(call, 'INVITE', 1, sdp(media));
    return within(answered, 'an answer', 30_000);
  }

  hangUpAll() {
    for (const call of this.#calls.values()) {
      if (call.to_tag) this.#send(call, 'BYE', 2);
      this.#calls.delete(call.id);
    }
  }

  #send(call, method, cseq, body = '') {
    const target = `sip:${call.user}@127.0.0.1:${call.to}`;
    this.socket.send([`${method} ${target} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${this.port};branch=${call.branch}${method === 'INVITE' ? '' : method}`,
      'Max-Forwards: 70', `From: <sip:bench@127.0.0.1:${this.port}>;tag=${call.tag}`,
      `To: <${target}>${call.to_tag ? `;tag=${call.to_tag}` : ''}`, `Call-ID: ${call.id}`, `CSeq: ${cseq} ${method}`,
      `Contact: <sip:bench@127.0.0.1:${this.port}>`, ...(body ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${body.length}`, '', body].join('\r\n'), call.to, '127.0.0.1');
  }

  #take(text, from) {
    const id = header(text, 'Call-ID');
    const cseq = header(text, 'CSeq');
    const status = /^SIP\/2.0 (\d+)/.exec(text)?.[1];
    if (status) {
      const call = this.#calls.get(id);
      if (!call || !cseq.endsWith('INVITE') || status < 200) return;
      call.to_tag = /tag=([^;\s]+)/.exec(header(text, 'To'))[1];
      this.#send(call, 'ACK', 1);
      if (status >= 300) call.reject(new Error(`answered ${status}`));
      else call.resolve({ port: port_of(text), answered_at: performance.now() });
      return;
    }
    if (text.startsWith('ACK')) return;
    const tagged = header(text, 'To').includes('tag=');
    const invite = text.startsWith('INVITE');
    // An INVITE that comes again is answered again, and counted once.
    if (invite && !this.#calls.has(id)) {
      this.#calls.set(id, {});
      this.called.push(port_of(text));
    }
    const body = invite ? sdp(this.media) : '';
    this.socket.send(['SIP/2.0 200 OK', ...text.match(/^Via: .*$/gmi).map((line) => line.trim()), `From: ${header(text, 'From')}`,
      `To: ${header(text, 'To')}${tagged ? '' : `;tag=c${this.port}`}`, `Call-ID: ${id}`, `CSeq: ${cseq}`,
      `Contact: <sip:bench@127.0.0.1:${this.port}>`, ...(body ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${body.length}`, '', body].join('\r\n'), from, '127.0.0.1');
  }
}
