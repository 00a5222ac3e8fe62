/** The search of the command palette. */
import { type Command, findCommands } from './find-commands.js';

const machine = (label: string, detail = '', urgent = false): Command => ({
  id: label,
  group: 'Machines',
  label,
  detail,
  urgent,
});

const COMMANDS: Command[] = [
  { id: 'dark', group: 'Actions', label: 'Dark colour scheme' },
  { id: 'alerts', group: 'Pages', label: 'Alerts' },
  { id: 'rules', group: 'Pages', label: 'Alert rules' },
  machine('web-10', 'Linux prod'),
  machine('web-2', 'Linux prod'),
  machine('db-web', 'Linux'),
  machine('cobweb'),
  machine('nas', 'FreeBSD web', true),
];

const found = (search: string, limit = 10) =>
  findCommands(COMMANDS, search, limit).map(({ id }) => id);

describe('the command palette', () => {
  it('lists starts of names first, then starts of words, then the rest', () => {
    expect(found('web')).toEqual(['web-2', 'web-10', 'db-web', 'cobweb', 'nas']);
  });

  it('needs every word, in the name or beside it', () => {
    expect(found('prod 10')).toEqual(['web-10']);
    expect(found('prod nowhere')).toEqual([]);
  });

  it('lists everything by group while nothing is typed, troubled machines first', () => {
    expect(found('')).toEqual([
      'nas',
      'cobweb',
      'db-web',
      'web-2',
      'web-10',
      'alerts',
      'rules',
      'dark',
    ]);
  });

  it('takes so many of each group', () => {
    expect(found('', 1)).toEqual(['nas', 'alerts', 'dark']);
  });

  it('takes what is typed for text, in any case', () => {
    expect(found('ALERT RU')).toEqual(['rules']);
    expect(found('(.*')).toEqual([]);
  });
});
