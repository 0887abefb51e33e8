import { describe, expect, it } from '@jest/globals';
import { unclearHeader } from './unclear-header.js';

const head = (headers: Record<string, string>, httpVersion = '1.1') => ({
  ...{ httpVersion, headers, rawHeaders: Object.entries(headers).flat() },
});

describe('a header that means one thing', () => {
  it.each([
    'news.example.org',
    'news.example.org:3000',
    'my_service:3000',
    '127.0.0.1',
    '[::1]:3000',
    '[::ffff:127.0.0.1]',
    '[fe80::1%25eth0]:3000',
    'x',
    'x:',
    'b%C3%BCro.example',
  ])('is the host %s', (host) => expect(unclearHeader(head({ host }))).toBeUndefined());

  it('is no host at all before HTTP/1.1', () => {
    expect(unclearHeader(head({}, '1.0'))).toBeUndefined();
    expect(unclearHeader(head({}))).toMatchObject({ header: 'Host' });
  });

  it('is chunked, however it is spelt', () => {
    expect(unclearHeader(head({ host: 'x', 'transfer-encoding': 'Chunked' }))).toBeUndefined();
  });

  it('may look like another', () => {
    expect(unclearHeader(head({ host: 'x', whom: 'y', 'content-typo': 'z', 'content-type': 'a' }))).toBe(
      undefined,
    );
  });
});
