import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'notion',
  name: 'Notion',
  source: 'https://developers.notion.com/guides/get-started/authorization',
  checked: '2026-11-26',
  authorizationUrl: 'https://api.notion.com/v1/oauth/authorize',
  tokenUrl: 'https://api.notion.com/v1/oauth/token',
  userInfoUrl: 'https://api.notion.com/v1/users/me',
  headers: { 'notion-version': '2026-03-11' },
  clientAuthentication: 'client_secret_basic',
  tokenRequestFormat: 'json',
  pkce: false,
  authorizationParameters: { owner: 'user' },
  // There are none: the person picks pages, the integration's capabilities say the rest.
  scopes: [],
  // The bot stands for one person in one workspace; a person's id is the same in all of hers.
  account: 'id',
  accountName: ['bot.owner.user.name', 'bot.workspace_name', 'name'],
  accountEmail: 'bot.owner.user.person.email',
  accountPicture: 'bot.owner.user.avatar_url',
  rotation: 'rotates',
  revocationUrl: 'https://api.notion.com/v1/oauth/revoke',
  revocationRequest: {
    format: 'json',
    token: 'access_token',
  },
  registration: {
    url: 'https://www.notion.so/developers/connections',
    redirectUriField: 'Redirect URIs',
    clientIdField: 'OAuth client ID',
    clientSecretField: 'OAuth client secret',
    steps: [
      'New connection, type Public',
      'Configuration > OAuth Domain & URIs > Redirect URIs',
      'Capabilities: user information, so that a name can be shown',
    ],
  },
});
