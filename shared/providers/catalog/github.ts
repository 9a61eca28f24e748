import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'github',
  name: 'GitHub',
  issuer: 'https://github.com/login/oauth',
  authorizationUrl: 'https://github.com/login/oauth/authorize',
  tokenUrl: 'https://github.com/login/oauth/access_token',
  userInfoUrl: 'https://api.github.com/user',
  scopes: ['read:user'],
  clientAuthentication: 'client_secret_post',
  account: 'id',
  accountName: 'name',
});
