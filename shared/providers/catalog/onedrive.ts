import { defineProvider } from '../provider.ts';

/** Microsoft, with the person's files. */
export default defineProvider({
  id: 'onedrive',
  name: 'OneDrive',
  extends: 'microsoft',
  source: 'https://learn.microsoft.com/en-us/graph/permissions-reference',
  checked: '2026-11-23',
  scopes: ['openid', 'profile', 'email', 'offline_access', 'User.Read', 'Files.Read'],
  scopeDescriptions: {
    openid: 'Sign in with your Microsoft account',
    profile: 'Read your name',
    email: 'Read your e-mail address',
    offline_access: 'Keep access while you are away',
    'User.Read': 'Read your profile',
    'Files.Read': 'Read your files',
    'Files.Read.All': 'Read every file that you can open',
    'Files.ReadWrite': 'Read, change and delete your files',
    'Files.ReadWrite.All': 'Read, change and delete every file that you can open',
    'Files.ReadWrite.AppFolder': 'Read and change the files of this app',
    'Sites.Read.All': 'Read every SharePoint site that you can open',
  },
});
