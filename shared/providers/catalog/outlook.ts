import { defineProvider } from '../provider.ts';

/** Microsoft, with the person's mail. */
export default defineProvider({
  id: 'outlook',
  name: 'Outlook',
  extends: 'microsoft',
  source: 'https://learn.microsoft.com/en-us/graph/permissions-reference',
  checked: '2026-11-23',
  scopes: ['openid', 'profile', 'email', 'offline_access', 'User.Read', 'Mail.Read'],
  scopeDescriptions: {
    openid: 'Sign in with your Microsoft account',
    profile: 'Read your name',
    email: 'Read your e-mail address',
    offline_access: 'Keep access while you are away',
    'User.Read': 'Read your profile',
    'Mail.Read': 'Read your mail',
    'Mail.ReadWrite': 'Read, change and delete your mail',
    'Mail.Send': 'Send mail as you',
    'Mail.Read.Shared': 'Read mail that is shared with you',
    'MailboxSettings.Read': 'Read the settings of your mailbox',
    'Calendars.Read': 'Read your calendars',
    'Contacts.Read': 'Read your contacts',
  },
});
