// What the page shows: elements from values. Texts of others only ever become text nodes.

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });

export const $ = (id) => document.getElementById(id);

export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// "+1 201 555 0100"; numbers of other countries as they are.
export function show(number) {
  const us = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return us ? `+1 ${us[1]} ${us[2]} ${us[3]}` : number;
}

export const nameOf = (handset) => handset.name ?? show(handset.phone_number);

const faceText = (handset) => handset.name ? handset.name[0] : handset.phone_number.slice(-2);

export function fillFace(element, handset) {
  element.textContent = faceText(handset);
  element.dataset.behavior = handset.behavior;
}

// "Picture", "Sound": of one of a message's media.
function kindOf(item) {
  const [kind] = (item?.content_type ?? '').split('/');
  return { image: 'Picture', audio: 'Sound', video: 'Video' }[kind] ?? 'Document';
}

const sizeOf = (item) => item.size < 10_000 ? `${item.size} B` : `${Math.round(item.size / 1000)} kB`;

// A picture is shown, anything else offered to be kept. `load` answers the bytes.
function attachment(item, load) {
  const title = `${kindOf(item)}, ${item.content_type}, ${sizeOf(item)}`;
  if (/^image\/(png|jpe?g|gif|webp|bmp)$/.test(item.content_type)) {
    const image = make('img', { className: 'picture', alt: title, title });
    const say = () => image.replaceWith(make('span', { className: 'file', textContent: `${title}: cannot be shown` }));
    image.addEventListener('load', () => URL.revokeObjectURL(image.src));
    image.addEventListener('error', say);
    load(item.url).then((blob) => { image.src = URL.createObjectURL(blob); }, say);
    return image;
  }
  const button = make('button', { type: 'button', className: 'file', textContent: title });
  button.addEventListener('click', async () => {
    const blob = await load(item.url).catch(() => null);
    if (!blob) {
      button.textContent = `${title}: the network has forgotten it`;
      return;
    }
    const link = make('a', { href: URL.createObjectURL(blob), download: item.content_type.replace('/', '.') });
    link.click();
    URL.revokeObjectURL(link.href);
  });
  return button;
}

function snippet(handset) {
  const last = handset.last_message;
  if (!last) return handset.description;
  const text = last.body || kindOf(last.media[0]);
  return last.direction === 'from_handset' ? `You: ${text}` : text;
}

// Makes the children of `list` those that are wanted: [{key, build}], in this order. What is there with the same key
// stays as it is, so that nothing is read out twice and no click is lost.
export function sync(list, wanted) {
  let at = list.firstElementChild;
  const keys = new Set(wanted.map(({ key }) => key));
  for (const { key, build } of wanted) {
    while (at && at.dataset.key !== key && !keys.has(at.dataset.key)) {
      const gone = at;
      at = at.nextElementSibling;
      gone.remove();
    }
    if (at?.dataset.key === key) {
      at = at.nextElementSibling;
      continue;
    }
    const item = build();
    item.dataset.key = key;
    list.insertBefore(item, at);
  }
  while (at) {
    const gone = at;
    at = at.nextElementSibling;
    gone.remove();
  }
}

// One line of the list at the left.
export function pick(handset, chosen, hasNews) {
  const face = make('span', { className: 'face', ariaHidden: 'true' });
  fillFace(face, handset);
  const last = handset.last_message;
  const button = make('button', { type: 'button', className: 'pick' },
    face,
    make('span', { className: 'name', textContent: nameOf(handset) }),
    make('span', { className: 'when', textContent: last ? clock.format(new Date(last.date_created)) : '' }),
    make('span', { className: 'text', textContent: snippet(handset) }));
  button.dataset.handset = handset.phone_number;
  if (chosen) button.setAttribute('aria-current', 'true');
  if (hasNews) {
    button.classList.add('news');
    button.append(make('span', { className: 'hidden', textContent: 'New message' }));
  }
  return make('li', {}, button);
}

function fate(message) {
  const time = clock.format(new Date(message.date_created));
  if (message.status === 'undelivered') return `Not delivered. ${message.reason ?? ''}`;
  if (message.direction === 'from_handset') {
    return message.status === 'pending' ? 'Sending…' : `Delivered · ${time}`;
  }
  return message.status === 'pending' ? 'On its way…' : time;
}

// A bubble; of a handset that talks with several numbers, each says which. `load` answers the bytes behind a URL.
export function bubble(message, showLine, fresh, load) {
  const mine = message.direction === 'from_handset';
  const line = mine ? `to ${show(message.to)}` : `from ${show(message.from)}`;
  const way = { whatsapp: ' · WhatsApp', rcs: ' · RCS' }[message.channel] ?? '';
  const told = `${fate(message)}${way}`;
  const item = make('li', { className: 'message' },
    make('div', { className: 'bubble' }, ...message.media.map((one) => attachment(one, load)),
      ...(message.body ? [make('span', { textContent: message.body })] : [])),
    make('div', { className: 'fate', textContent: showLine ? `${told} · ${line}` : told }));
  item.dataset.status = message.status;
  item.dataset.id = message.id;
  item.classList.toggle('mine', mine);
  item.classList.toggle('fresh', fresh);
  return item;
}

export const dayOf = (message) => day.format(new Date(message.date_created));

export function dayLine(text) {
  return make('li', { className: 'day', textContent: text });
}

// The request that sends the first message, for a terminal.
export function curlLine(origin, key, from, to) {
  const body = JSON.stringify({ from, to, body: 'Hello from CloudVNO' });
  // The certificate that the server makes for itself is known to nobody.
  const local = origin.startsWith('https://localhost') || origin.startsWith('https://127.');
  return [`curl ${local ? '-k ' : ''}${origin}/v1/messages`,
    `-H 'Authorization: Bearer ${key}'`,
    `-H 'Content-Type: application/json'`,
    `-d '${body}'`].join(' \\\n  ');
}
