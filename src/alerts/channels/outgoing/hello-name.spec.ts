import { helloName } from './hello-name.js';

describe('the name that mail servers are greeted with', () => {
  it.each([
    ['monitor.example.org', 'procspy@example.net', 'monitor.example.org'],
    ['f3a1b2c4d5e6', 'procspy@example.net', 'example.net'],
    ['f3a1b2c4d5e6', 'procspy <alerts@mail.example.net>', 'mail.example.net'],
    ['MacBook.local', 'procspy@example.net', 'example.net'],
    ['localhost.localdomain', 'procspy@example.net', 'example.net'],
    ['10.0.0.7', 'procspy@example.net', 'example.net'],
    ['not_a_name.example.org', 'procspy@example.net', 'example.net'],
    ['box', 'procspy@bücher.example', 'xn--bcher-kva.example'],
    ['box', 'root@localhost', '[172.17.0.2]'],
    ['box', 'root@[172.17.0.2]', '[172.17.0.2]'],
    ['box', 'nobody', '[172.17.0.2]'],
  ])('from %s for mails of %s is %s', (hostName, from, expected) => {
    expect(helloName(hostName, from, '172.17.0.2')).toBe(expected);
  });

  it('is an address as RFC 5321 writes it where there is no name', () => {
    expect(helloName('box', 'root@localhost', 'fd00::2')).toBe('[IPv6:fd00::2]');
  });
});
