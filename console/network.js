// The panel in which a person lets things go wrong on the simulated network.
import { $, make } from './view.js';

// What is not drawn by share: name, label, unit, most; `ofLink`: felt by all accounts.
const numbers = [
  { name: 'seed', label: 'Seed', hint: 'The same seed and messages meet the same.', most: 2 ** 53 },
  { name: 'drop_link_after', label: 'Lose the link once, at message part number', hint: '0: not.', most: 1_000_000, ofLink: true },
  { name: 'answer_delay_ms', label: 'Answers wait, in ms', most: 10_000, ofLink: true },
  { name: 'receipt_delay_ms', label: 'Receipts wait, in ms', most: 600_000 },
];

// 0.1 is shown as 10 and comes back as 0.1.
const percent = (share) => Number((share * 100).toFixed(6));

function field(name, label, hint, input, disabled) {
  const id = `network-${name}`;
  Object.assign(input, { id, name, disabled });
  const children = [make('label', { htmlFor: id, textContent: label }), input];
  if (hint) {
    children.push(make('p', { id: `${id}-hint`, className: 'hint', textContent: hint }));
    input.setAttribute('aria-describedby', `${id}-hint`);
  }
  return make('div', { className: 'field' }, ...children);
}

function numberInput(most, step, value) {
  return make('input', { type: 'number', min: 0, max: most, step, value, required: true, inputMode: 'decimal' });
}

export class NetworkPanel {
  #api = null;
  #network = null;

  constructor() {
    $('network-open').addEventListener('click', () => this.#open());
    $('network-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#run(() => this.#api.setNetwork(this.#read()), 'Set. It ends by itself after a day, or when the server restarts.');
    });
    $('network-clear').addEventListener('click', () =>
      this.#run(() => this.#api.clearNetwork(), 'Nothing goes wrong any more.'));
    $('network-close').addEventListener('click', () => $('network').close());
  }

  // The account whose key the page has; null: none.
  async use(api) {
    this.#api = api;
    $('network-open').hidden = !api;
    if (!api) return $('network').close();
    this.#take(await api.network());
  }

  #take(network) {
    this.#network = network;
    const on = network.date_ends !== null;
    $('network-open').textContent = on ? 'Network: faults on' : 'Network';
    $('network-open').classList.toggle('on', on);
  }

  async #open() {
    this.#say('');
    $('network').showModal();
    await this.#run(async () => {}, '');
  }

  // Does it, then shows how the network is set.
  async #run(action, done) {
    try {
      await action();
      this.#take(await this.#api.network());
      this.#draw();
      this.#say(done, 'good');
    } catch (error) {
      this.#say(error.message, 'bad');
    }
  }

  #say(text, kind = '') {
    $('network-status').textContent = text;
    $('network-status').dataset.kind = kind;
  }

  #draw() {
    const network = this.#network;
    const locked = (ofLink) => Boolean(ofLink) && !network.link_faults_allowed;
    const shares = network.faults.map(({ fault, description, of_link: ofLink }) =>
      field(fault, description, '', numberInput(100, 'any', percent(network[fault])), locked(ofLink)));
    const others = numbers.map(({ name, label, hint, most, ofLink }) =>
      field(name, label, hint, numberInput(most, 1, network[name]), locked(ofLink)));
    const receipts = make('input', { type: 'checkbox', checked: !network.receipts });
    const ported = make('input', { type: 'text', value: network.ported_numbers.join(' '), placeholder: '+447700900123', spellcheck: false });
    $('network-shares').replaceChildren(...shares);
    $('network-others').replaceChildren(...others,
      field('no_receipts', 'No receipts at all', '', receipts, false),
      field('ported_numbers', 'Ported numbers', 'Moved to another network: unknown here.', ported, false));
    $('network-locked').hidden = network.link_faults_allowed;
  }

  #read() {
    const value = (name) => $(`network-${name}`);
    const settings = { receipts: !value('no_receipts').checked };
    const unlocked = (name) => !value(name).disabled;
    for (const { fault } of this.#network.faults.filter((one) => unlocked(one.fault))) {
      settings[fault] = Number(value(fault).value) / 100;
    }
    for (const { name } of numbers.filter((one) => unlocked(one.name))) settings[name] = Number(value(name).value);
    settings.ported_numbers = value('ported_numbers').value.split(/[\s,;]+/).filter(Boolean);
    return settings;
  }
}
