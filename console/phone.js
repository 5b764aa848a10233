// The telephone beside the messages: it rings, is answered, has keys, and shows what it heard.
import { ApiError } from './api.js';
import { $, make, show, sync } from './view.js';
import { readWave, wavePicture } from './wave.js';

const waitSeconds = 25;
const leastPollMs = 250;
const retryMs = 2_000;
const keys = '123456789*0#';

const words = {
  ringing: 'Rings', 'in-progress': 'In call', completed: 'Ended', canceled: 'The caller gave up', declined: 'Declined',
  busy: 'Busy', unreachable: 'Not reached', failed: 'Failed',
};

const hasEnded = (call) => call.date_ended !== null;
const isIncoming = (call) => call.direction === 'to_handset';
const otherOf = (call) => {
  const number = isIncoming(call) ? call.from : call.to;
  return number ? show(number) : 'a hidden number';
};

const minutes = (ms) => {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
};

function wordOf(call) {
  if (call.status === 'canceled' && !isIncoming(call)) return 'Given up';
  if (call.status !== 'completed') return words[call.status] ?? call.status;
  return minutes(new Date(call.date_ended) - new Date(call.date_answered));
}

export class PhonePanel {
  #api = null;
  #number = null;
  #calls = new Map(); // of the chosen handset, by id
  #line = () => null; // whom "Call" calls
  #stop = null;
  #urls = []; // of sounds that are shown
  #drawn = null; // id of the call that the panel shows

  constructor() {
    for (const key of keys) {
      const button = make('button', { type: 'button', textContent: key });
      if (key === '*' || key === '#') button.setAttribute('aria-label', key === '*' ? 'star' : 'hash');
      button.addEventListener('click', () => this.#press(key));
      $('keypad').append(button);
    }
    $('call-answer').addEventListener('click', () => this.#act('answer'));
    $('call-decline').addEventListener('click', () => this.#act('decline'));
    $('call-end').addEventListener('click', () => this.#act('hang_up'));
    $('call-start').addEventListener('click', () => this.#try(() => this.#api.makeCall(this.#number, this.#line())));
    $('phone-behavior').addEventListener('change', (event) => {
      this.#try(() => this.#api.setPhone(this.#number, { behavior: event.target.value }));
    });
    setInterval(() => this.#drawTimer(), 500);
  }

  // The handset that the page shows; `line` answers the number that it would call. With null it is put away.
  async use(api, number = null, line = () => null) {
    this.#stop?.abort();
    this.#api = api;
    this.#number = number;
    this.#line = line;
    this.#calls = new Map();
    this.#drawn = null;
    for (const url of this.#urls.splice(0)) URL.revokeObjectURL(url);
    $('calls').replaceChildren();
    $('call-problem').textContent = '';
    $('telephone').hidden = true;
    if (!api || !number) return;
    const stop = this.#stop = new AbortController();
    try {
      const phone = await api.phone(number, stop.signal);
      if (stop.signal.aborted) return;
      $('phone-behavior').replaceChildren(...phone.behaviors.map(({ behavior, description }) =>
        make('option', { value: behavior, textContent: description })));
      $('phone-behavior').value = phone.behavior;
      $('telephone').hidden = false;
      this.#draw();
      this.#follow(stop.signal);
    } catch {
      // Without telephones the messages go on; the list of handsets tells a lost connection.
    }
  }

  async #follow(signal) {
    let cursor = 0;
    while (!signal.aborted) {
      const started = Date.now();
      let pause = leastPollMs;
      try {
        if (document.hidden) await untilShown(signal);
        const answer = await this.#api.calls(this.#number, cursor, cursor ? waitSeconds : 0, signal);
        if (signal.aborted) return;
        cursor = answer.cursor;
        for (const call of answer.data) this.#calls.set(call.id, call);
        this.#draw();
      } catch (error) {
        if (signal.aborted) return;
        pause = error.retryAfter ? error.retryAfter * 1000 : retryMs;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, pause - (Date.now() - started))));
    }
  }

  // The call that a person has to do with: one that is up before one that rings.
  #current() {
    const live = [...this.#calls.values()].filter((call) => !hasEnded(call)).sort((a, b) => b.id - a.id);
    return live.find((call) => call.status === 'in-progress') ?? live[0];
  }

  #draw() {
    const call = this.#current();
    const rings = call?.status === 'ringing';
    const incoming = rings && isIncoming(call);
    const focused = $('telephone').contains(document.activeElement);
    $('telephone').dataset.state = !call ? 'idle' : rings ? 'ringing' : 'talking';
    const text = !call ? 'No call' : incoming ? `${otherOf(call)} is calling`
      : rings ? `Calling ${otherOf(call)}` : `In call with ${otherOf(call)}`;
    if ($('call-state').textContent !== text) $('call-state').textContent = text;
    $('call-answer').hidden = $('call-decline').hidden = !incoming;
    $('call-end').hidden = !call || incoming;
    $('call-start').hidden = Boolean(call);
    $('call-start').disabled = !this.#line();
    $('keypad').hidden = call?.status !== 'in-progress';
    $('call-digits').textContent = call?.digits ? `It heard the keys ${call.digits}` : '';
    // Who acted by a button that is gone finds the next.
    if (focused && document.activeElement === document.body) {
      [...$('call-buttons').children].find((button) => !button.hidden)?.focus();
    }
    if (this.#drawn !== (call?.id ?? null)) {
      this.#drawn = call?.id ?? null;
      $('call-problem').textContent = '';
    }
    this.#drawTimer();
    const ended = [...this.#calls.values()].filter(hasEnded).sort((a, b) => b.id - a.id);
    sync($('calls'), ended.map((one, at) => ({
      key: `${one.id} ${one.status} ${one.heard_ms} ${at === 0}`,
      build: () => this.#item(one, at === 0),
    })));
    $('calls-title').hidden = ended.length === 0;
  }

  #drawTimer() {
    const call = this.#current();
    $('call-timer').textContent = call?.date_answered ? minutes(Date.now() - new Date(call.date_answered)) : '';
  }

  // A call that ended. What the last one heard is shown at once, that of the others when asked for.
  #item(call, newest) {
    const item = make('li', {},
      make('p', {}, `${isIncoming(call) ? 'From' : 'To'} ${otherOf(call)} `,
        make('span', { className: 'hint', textContent: wordOf(call) })));
    if (call.digits) item.append(make('p', { className: 'hint', textContent: `Heard the keys ${call.digits}` }));
    if (call.heard_ms === 0) return item;
    if (newest) {
      this.#showHeard(item, call);
      return item;
    }
    const button = make('button', { type: 'button', className: 'small', textContent: 'What it heard' });
    button.addEventListener('click', () => {
      button.remove();
      this.#showHeard(item, call);
    });
    item.append(button);
    return item;
  }

  async #showHeard(item, call) {
    const { signal } = this.#stop;
    try {
      const blob = await this.#api.heard(this.#number, call.id);
      const wave = readWave(await blob.arrayBuffer());
      if (signal.aborted) return;
      const url = URL.createObjectURL(blob);
      this.#urls.push(url);
      const length = minutes(call.heard_ms);
      const player = make('audio', { src: url, controls: true, preload: 'metadata' });
      player.setAttribute('aria-label', `What the handset heard, ${length}`);
      item.append(wavePicture(wave, `The wave of what the handset heard, ${length}`), player);
    } catch (error) {
      item.append(make('p', { className: 'hint',
        textContent: error instanceof ApiError ? error.message : 'What it heard cannot be shown.' }));
    }
  }

  #act(action, digits) {
    const call = this.#current();
    if (!call) return undefined;
    return this.#try(() => this.#api.actOnCall(this.#number, call.id, digits ? { action, digits } : { action }));
  }

  #press(key) {
    return this.#act('press', key);
  }

  async #try(ask) {
    const { signal } = this.#stop;
    $('call-problem').textContent = '';
    try {
      const answer = await ask();
      if (signal.aborted || !answer.id || this.#calls.has(answer.id)) return;
      this.#calls.set(answer.id, answer);
      this.#draw();
    } catch (error) {
      if (signal.aborted) return;
      $('call-problem').textContent = error instanceof ApiError ? error.message : 'The server cannot be reached.';
    }
  }
}

// A page that nobody sees holds no connection.
const untilShown = (signal) => new Promise((resolve) => {
  const look = () => { if (!document.hidden || signal.aborted) resolve(); };
  document.addEventListener('visibilitychange', look, { signal });
  signal.addEventListener('abort', resolve, { once: true });
});
