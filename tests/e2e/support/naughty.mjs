// Inputs that break careless programs: bodies of requests, and texts that must come back as they went in.

const bytes = (...parts) => Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))));

// Bodies sent as application/json that must be refused with 400. `from` is a number of the account.
export const refusedJson = (from) => {
  const message = (body) => `{"from":"${from}","to":"+12015550100","body":${body}}`;
  return {
    'nothing but space': ' \t\r\n',
    'an array': '[]',
    'a string': '"x"',
    'a number': '1',
    'null': 'null',
    'true': 'true',
    'two objects': '{}{}',
    'an object and a comma': '{},',
    'a trailing comma': message('"x",'),
    'a leading comma': '{,"body":"x"}',
    'two commas': '{"a":1,,"b":2}',
    'no colon': '{"body" "x"}',
    'two colons': '{"body"::"x"}',
    'single quotes': "{'body':'x'}",
    'a name without quotes': '{body:"x"}',
    'a comment': '{"body":"x"/* */}',
    'a line comment': '{"body":"x"}//',
    'an unended string': '{"body":"x',
    'an unended object': '{"body":"x"',
    'an unended escape': '{"body":"\\',
    'an unknown escape': message('"\\x41"'),
    'a short \\u escape': message('"\\u12"'),
    'a bad \\u escape': message('"\\u12G4"'),
    'a lone high surrogate': message('"\\ud800"'),
    'a lone low surrogate': message('"\\udc00"'),
    'surrogates the wrong way round': message('"\\udc00\\ud800"'),
    'a high surrogate before a letter': message('"\\ud83dx"'),
    'a NUL escape in a text': message('"a\\u0000b"'),
    'a raw NUL in a text': bytes('{"from":"', from, '","to":"+12015550100","body":"a', 0, 'b"}'),
    'a raw line feed in a text': message('"a\nb"'),
    'a raw tab in a text': message('"a\tb"'),
    'a NUL behind the object': bytes('{}', 0),
    'only NULs': Buffer.alloc(100),
    'a byte order mark': bytes(0xef, 0xbb, 0xbf, message('"x"')),
    'UTF-16': Buffer.from(message('"x"'), 'utf16le'),
    'a byte that is no UTF-8': bytes('{"from":"', from, '","to":"+12015550100","body":"', 0xff, '"}'),
    'an overlong slash': bytes('{"from":"', from, '","to":"+12015550100","body":"', 0xc0, 0xaf, '"}'),
    'a surrogate in UTF-8': bytes('{"from":"', from, '","to":"+12015550100","body":"', 0xed, 0xa0, 0x80, '"}'),
    'past U+10FFFF': bytes('{"from":"', from, '","to":"+12015550100","body":"', 0xf4, 0x90, 0x80, 0x80, '"}'),
    'a cut-off sequence': bytes('{"from":"', from, '","to":"+12015550100","body":"', 0xe2, 0x82, '"}'),
    'NaN': message('NaN'),
    'Infinity': message('-Infinity'),
    'a leading zero': message('012'),
    'a leading plus': message('+1'),
    'a bare point': message('.5'),
    'a trailing point': message('5.'),
    'hexadecimal': message('0x1F'),
    'an integer as text': message('1'),
    'a huge integer as text': message('9'.repeat(5000)),
    'a huge exponent as text': message('1e999999999'),
    'a tiny exponent as text': message('1e-999999999'),
    'a long fraction as text': message(`0.${'1'.repeat(100_000)}`),
    'minus nothing': message('-'),
    'a list as text': message('["x"]'),
    'an object as text': message('{"x":1}'),
    'true as text': message('true'),
    'a name with a NUL': '{"bo\\u0000dy":"x"}',
    'an empty name': '{"":"x"}',
    '__proto__': message('"x","__proto__":{"a":1}'),
    'a hundred thousand lists': '['.repeat(100_000),
    'a hundred thousand lists in a parameter': message('['.repeat(100_000)),
    'a hundred thousand objects': '{"a":'.repeat(100_000),
    'lists that end': message('['.repeat(50_000) + ']'.repeat(50_000)),
    'ten thousand names': `{${Array.from({ length: 10_000 }, (_, i) => `"n${i}":${i}`).join(',')}}`,
    'a name of a megabyte': `{"${'n'.repeat(900_000)}":1}`,
    'a text of a megabyte': message(`"${'x'.repeat(900_000)}"`),
    'a number too long for E.164': `{"from":"${from}","to":"+${'1'.repeat(1000)}","body":"x"}`,
    'Arabic digits': `{"from":"${from}","to":"+٤٤٧٩١١١٢٣٤٥٦","body":"x"}`,
    'a number with a line feed': `{"from":"${from}","to":"+12015550100\\n","body":"x"}`,
  };
};

// Forms that must be refused with 400.
export const refusedForms = (from) => {
  const message = `from=${encodeURIComponent(from)}&to=%2B12015550100&body=`;
  return {
    'a cut-off escape': `${message}%4`,
    'a bad escape': `${message}%zz`,
    'an escaped NUL': `${message}a%00b`,
    'a byte that is no UTF-8': `${message}%ff`,
    'a raw byte that is no UTF-8': bytes(message, 0xff),
    'an overlong slash': `${message}%c0%af`,
    'a list': `${message}a&body=b`,
    'a list by brackets': `from=${encodeURIComponent(from)}&to=%2B12015550100&body[]=b`,
    'ten thousand fields': `${message}a&${'x=1&'.repeat(10_000)}`,
    'nothing but separators': '&'.repeat(10_000),
    'nothing but equals signs': '='.repeat(10_000),
    'JSON as a form': '{"body":"x"}',
  };
};

// Texts that are right, however odd: each comes back byte for byte.
export const naughtyTexts = [
  'undefined', 'null', 'NaN', 'true', '0', '-1', '1e1000', '0x0', '1/0', '\\', '\\\\', '"', "'", '`', '%', '%s%n%x', '%00', '\\u0000',
  '<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '</Message></Response>', '<![CDATA[x]]>', '<!ENTITY x SYSTEM "file:///etc/passwd">', '&amp;&lt;&#0;',
  "'; DROP TABLE message; --", "1' OR '1'='1", '$1', '?', '{0}', '${7*7}', '{{7*7}}', '$(touch x)', '`id`', '| ls', '../../../etc/passwd', 'C:\\con\\con',
  'STOPPED', '+12015550100', ' leading and trailing ', '\ttabs\t', 'line\nline', 'line\r\nline', '\r', 'a\u0001\u0007\u001b[31mb\u007f', '\u0080\u0085\u009f',
  'ÅÍÎÏ˝ÓÔÒÚÆ☃', '田中さんにあげて下さい', 'Ð¿Ñ€Ð¸Ð²ÐµÑ‚', 'ثم نفس سقطت', 'בְּרֵאשִׁית', 'ก็็็็็็็็็็็็็็็็็', '😀', '👩‍👩‍👧‍👦', '👾🏽🇩🇪1️⃣', '\u{10ffff}\u{1f4a9}', 'Z̮̞̠͙͔ͅḀ̗̞͈̻̗Ḷ͙͎̯̹̞͓G̻O̭̗̮',
  '\u202etest\u202c', '\u200b\u200c\u200d\u2060', '\ufeffbyte order mark', '\u00ad', '\u2028\u2029', '\ufffe\uffff', '\ufdd0', '﷽', '①②', 'ﬃ', 'İıſK', 'ß'.repeat(200),
  '€[]{}|~\\^', '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ', 'x'.repeat(1600), '😀'.repeat(800),
];
