/** Notification channels in their form. */
import type { NotificationChannel } from '../../../src/contracts/index.js';
import { channelBody, channelDraft, channelErrors } from './channel-fields.js';

const mail: NotificationChannel = {
  id: '1',
  name: 'Mail',
  type: 'email',
  config: {
    host: 'mail.example.org',
    port: 465,
    secure: true,
    ca: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    skip_verify: false,
    password: '********',
    from: 'procspy@example.org',
    to: ['a@example.org', 'b@example.org'],
    title: 'a template that the form does not show',
  },
  enabled: true,
  default: false,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};

describe('channel form', () => {
  it('never shows a secret, and leaves it as it is when nothing is entered', () => {
    const draft = channelDraft(mail);
    expect(draft.config).not.toHaveProperty('password');
    expect(channelBody(draft, mail).config).toEqual({
      ...mail.config,
      to: 'a@example.org, b@example.org',
    });
  });

  it('replaces a secret that is entered', () => {
    const draft = channelDraft(mail);
    draft.config.password = 'new';
    expect(channelBody(draft, mail).config.password).toBe('new');
  });

  it('leaves empty fields out', () => {
    const draft = { ...channelDraft(null), name: ' x ', config: { host: 'h', username: ' ' } };
    expect(channelBody(draft, null)).toEqual({
      name: 'x',
      type: 'email',
      enabled: true,
      default: true,
      config: { host: 'h' },
    });
  });

  it('names what is missing or is no number', () => {
    const draft = { ...channelDraft(null), config: { host: 'h', port: 'many' } };
    expect(Object.keys(channelErrors(draft, null))).toEqual([
      'name',
      'config.port',
      'config.from',
      'config.to',
    ]);
    expect(channelErrors(channelDraft(mail), mail)).toEqual({});
  });
});
