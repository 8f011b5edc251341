import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../base/index.ts';
import { parseBaseUrl } from './base-url.ts';
import { ServerKey } from './server-key.ts';

const secret = 'sk-Very.Secret+1';
const key = new ServerKey(secret, new URL('https://api.example.com/v1'));

describe('a key', () => {
  it('goes to the server it was given for', () => {
    const url = new URL('https://api.example.com:443/v1/chat/completions');
    expect(key.authorize(url)).toEqual({ authorization: `Bearer ${secret}` });
  });

  it.each([
    'http://api.example.com/v1',
    'https://api.example.com:8443/v1',
    'https://example.com/v1',
    'https://api.example.com.other.example/v1',
  ])('goes nowhere else: %s', (url) => {
    expect(() => key.authorize(new URL(url))).toThrow(ConfigError);
    expect(() => key.authorize(new URL(url))).not.toThrow(secret);
  });

  it('is shown by nothing that shows objects', () => {
    const shown = [inspect({ key }, { depth: null, showHidden: true }), JSON.stringify({ key })];
    expect(shown.join()).not.toContain(secret);
    expect(String(key)).not.toContain(secret);
  });

  it('is hidden where a server repeats it, in capitals or not', () => {
    expect(key.hideIn(`it was ${secret}, or ${secret.toLowerCase()}.`)).toBe(
      'it was [key], or [key].',
    );
    const placeholder = new ServerKey('none', new URL('http://localhost'));
    expect(placeholder.hideIn('none at all')).toBe('none at all');
  });

  it.each(['', 'two words', 'line\nbreak', 'schlüssel'])('cannot be %j', (text) => {
    expect(() => new ServerKey(text, new URL('http://localhost'))).toThrow(ConfigError);
  });
});

describe('the address of a server', () => {
  it.each(['http://localhost:11434/v1', 'https://api.example.com/v1/'])('may be %s', (text) => {
    expect(parseBaseUrl(text).href).toBe(text);
  });

  it.each([
    'https://user:sk-secret@api.example.com/v1',
    'https://api.example.com/v1?key=sk-secret',
    'https://api.example.com/v1#sk-secret',
    'file:///etc/sk-secret',
    'sk-secret',
    '',
  ])('may not be %s, and is not repeated', (text) => {
    expect(() => parseBaseUrl(text)).toThrow(ConfigError);
    expect(() => parseBaseUrl(text)).not.toThrow('sk-secret');
  });
});
