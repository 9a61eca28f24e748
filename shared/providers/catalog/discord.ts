import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'discord',
  name: 'Discord',
  source: 'https://docs.discord.com/developers/topics/oauth2',
  checked: '2026-11-23',
  // Named in its metadata as sent in the callback: checked where it is there.
  issuer: 'https://discord.com',
  authorizationUrl: 'https://discord.com/oauth2/authorize',
  tokenUrl: 'https://discord.com/api/oauth2/token',
  userInfoUrl: 'https://discord.com/api/v10/users/@me',
  clientAuthentication: 'client_secret_basic',
  // Another form may be blocked before the API sees the request.
  headers: { 'user-agent': 'DiscordBot (oauth2-token-capture, 1)' },
  scopes: ['identify'],
  scopeDescriptions: {
    identify: 'Read your name and picture',
    email: 'Read your e-mail address',
    guilds: 'See the servers that you are in',
    'guilds.members.read': 'Read your nickname and roles in your servers',
    'guilds.join': 'Join servers for you',
    connections: 'See the accounts that you linked to Discord',
    'role_connections.write': 'Update what this application tells about you for roles',
    bot: 'Add a bot to a server of yours',
    'applications.commands': 'Add commands to a server of yours',
    'webhook.incoming': 'Post messages into a channel of yours',
  },
  account: 'id',
  accountName: ['global_name', 'username'],
  accountEmail: 'email',
  accountPicture: 'https://cdn.discordapp.com/avatars/{id}/{avatar}.png',
  rotation: 'single_use',
  revocationUrl: 'https://discord.com/api/oauth2/token/revoke',
  // Whichever token is sent.
  revocationScope: 'grant',
  registration: {
    url: 'https://discord.com/developers/applications',
    redirectUriField: 'Redirects',
    clientIdField: 'Client ID',
    clientSecretField: 'Client Secret',
    steps: [
      'New Application',
      'OAuth2 > Redirects: enter the URL, then Save Changes; Public Client stays off',
    ],
  },
  notes:
    'Disconnecting ends every connection of the person with the same application. E-mail needs the scope email.',
});
