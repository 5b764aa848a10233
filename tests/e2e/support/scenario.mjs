// SIPp scenarios written as steps: caller(…) calls us, callee(…) is called.
const sdp = (direction = 'sendrecv') => `v=0
o=user1 53655765 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=${direction}
`;

const step = (attributes, message) => `  <send${attributes}><![CDATA[\n${message}\n]]></send>`;
const words = (attributes) => Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`).join('');
const ending = (body, type = 'application/sdp') => (body ? `Content-Type: ${type}\nContent-Length: [len]\n\n${body}` : 'Content-Length: 0\n');

// What is expected: recv({ response: 200 }) or recv({ request: 'BYE' }), with SIPp's further attributes; `header` and
// `matches` look into it.
export function recv({ header, matches, ...attributes }) {
  if (!matches) return `  <recv${words(attributes)}/>`;
  const where = header ? `search_in="hdr" header="${header}:"` : 'search_in="msg"';
  return `  <recv${words(attributes)}><action><ereg regexp="${matches}" ${where} check_it="true" assign_to="1"/></action></recv>`;
}
export const pause = (ms) => `  <pause milliseconds="${ms}"/>`;

// A request of the caller. `of`: the method whose transaction it belongs to, for a CANCEL and for the ACK of a refusal.
export function request(method, { cseq = 1, of = method, more = '', body = '', type, tagged = true, again = true } = {}) {
  return step(again && method !== 'ACK' ? ' retrans="500"' : '', `${method} sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK[pid]x[call_number]x${of}${cseq}
From: <sip:sipp@[local_ip]:[local_port]>;tag=[pid]x[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>${tagged ? '[peer_tag_param]' : ''}
Call-ID: [call_id]
CSeq: ${cseq} ${method}
Contact: <sip:sipp@[local_ip]:[local_port]>
Max-Forwards: 70
${more}${more ? '\n' : ''}${ending(body, type)}`);
}
export const invite = (options = {}) => request('INVITE', { tagged: false, body: sdp(options.direction), ...options });
export const ringing = [recv({ response: 100, optional: true }), recv({ response: 180 })];
export const answered = [...ringing, recv({ response: 200 }), request('ACK')];
export const hung_up = (cseq = 2) => [request('BYE', { cseq }), recv({ response: 200 })];
export { sdp };

// A response of the callee to the last request.
export function response(status, { more = '', body = '', tag = ';tag=[pid]s[call_number]', again = false } = {}) {
  return step(again ? ' retrans="500"' : '', `SIP/2.0 ${status}
[last_Via:]
[last_From:]
[last_To:]${tag}
[last_Call-ID:]
[last_CSeq:]
[last_Record-Route:]
Contact: <sip:[local_ip]:[local_port];transport=[transport]>
${more}${more ? '\n' : ''}${ending(body)}`);
}
export const answer = () => response('200 OK', { body: sdp(), again: true });
export const ok = () => response('200 OK', { tag: '' });

export const document = (name, steps) => `<?xml version="1.0" encoding="UTF-8"?>
<scenario name="${name}">
${steps.flat(9).join('\n')}
${steps.flat(9).some((one) => one.includes('assign_to')) ? '  <Reference variables="1"/>' : ''}
</scenario>
`;
