// The HTTP API as this page uses it: one key in memory, errors with their text.

export class ApiError extends Error {
  constructor(status, code, message, retryAfter) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export class Api {
  #key;

  constructor(key) {
    this.#key = key;
  }

  // For the command line that the page shows.
  get key() {
    return this.#key;
  }

  async #ask(method, path, body, signal) {
    const headers = { Authorization: `Bearer ${this.#key}` };
    if (body) headers['Content-Type'] = 'application/json';
    const response = await fetch(path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      signal,
      cache: 'no-store',
      credentials: 'omit',
    });
    if (response.status === 204) return null;
    const answer = await response.json().catch(() => null);
    if (response.ok && answer) return answer;
    const error = answer?.error ?? {};
    throw new ApiError(response.status, error.code ?? '',
      error.message ?? `The server answered ${response.status}.`, error.retry_after ?? 0);
  }

  // Answers when something changed after `cursor`, or after `wait` seconds.
  handsets(cursor, wait, signal) {
    return this.#ask('GET', `/v1/sandbox/handsets?after=${cursor}&wait=${wait}`, null, signal);
  }

  messages(handset, cursor, signal) {
    return this.#ask('GET', `${handsetPath(handset)}/messages?after=${cursor}`, null, signal);
  }

  // `media`: [{content_type, content}], content in base64.
  write(handset, to, body, media = []) {
    return this.#ask('POST', `${handsetPath(handset)}/messages`, media.length ? { to, body, media } : { to, body });
  }

  // The bytes of a picture, sound or document.
  async file(url) {
    const headers = { Authorization: `Bearer ${this.#key}` };
    const response = await fetch(url, { headers, cache: 'no-store', credentials: 'omit' });
    if (!response.ok) throw new ApiError(response.status, '', 'The network has forgotten it.', 0);
    return response.blob();
  }

  setBehavior(handset, behavior) {
    return this.#ask('POST', handsetPath(handset), { behavior });
  }

  // How a handset takes calls, and its calls; `calls` as `handsets`.
  phone(handset, signal) {
    return this.#ask('GET', `${handsetPath(handset)}/phone`, null, signal);
  }

  setPhone(handset, settings) {
    return this.#ask('POST', `${handsetPath(handset)}/phone`, settings);
  }

  calls(handset, cursor, wait, signal) {
    return this.#ask('GET', `${handsetPath(handset)}/calls?after=${cursor}&wait=${wait}`, null, signal);
  }

  makeCall(handset, to) {
    return this.#ask('POST', `${handsetPath(handset)}/calls`, { to });
  }

  // `what`: {action: answer|decline|hang_up|press, digits}.
  actOnCall(handset, id, what) {
    return this.#ask('POST', `${handsetPath(handset)}/calls/${id}`, what);
  }

  heard(handset, id) {
    return this.file(`${handsetPath(handset)}/calls/${id}/heard.wav`);
  }

  // What goes wrong on the simulated network.
  network() {
    return this.#ask('GET', '/v1/sandbox/network');
  }

  setNetwork(settings) {
    return this.#ask('POST', '/v1/sandbox/network', settings);
  }

  clearNetwork() {
    return this.#ask('DELETE', '/v1/sandbox/network');
  }

  // The account's numbers on the simulated network, oldest first.
  async lines() {
    const answer = await this.#ask('GET', '/v1/incoming_phone_numbers?limit=1000');
    return answer.data.filter((number) => number.carrier === 'sandbox').reverse();
  }

  send(from, to, body) {
    return this.#ask('POST', '/v1/messages', { from, to, body });
  }
}

function handsetPath(handset) {
  return `/v1/sandbox/handsets/${encodeURIComponent(handset)}`;
}
