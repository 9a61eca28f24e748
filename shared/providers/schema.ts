import * as v from 'valibot';
import { PROVIDER_ID } from '../identity.ts';
import { TOKEN_MEMBERS } from './provider.ts';
import { keptValue, sampleOf, values } from './value-schema.ts';

const text = v.pipe(v.string('expected a string'), v.minLength(1, 'expected a text'));
const texts = v.array(text, 'expected a list of texts');
const textRecord = v.record(text, v.string('expected a string'), 'expected an object of texts');
const parameters = v.record(
  text,
  v.nullable(v.string('expected a string or null')),
  'expected an object of texts',
);
const path = v.pipe(text, v.regex(/^[\w-]+(\.[\w-]+)*$/, 'expected a path such as "data.0.id"'));
const PATHS = /^([^{}]*\{[\w-]+(\.[\w-]+)*\})+[^{}]*$/;
const paths = v.union(
  [path, v.pipe(text, v.regex(PATHS))],
  'expected a path such as "data.0.id", or paths in braces: "{team.id}:{id}"',
);
const pathsInOrder = v.union(
  [paths, v.pipe(v.array(paths), v.minLength(1))],
  'expected a path such as "data.0.id", paths in braces, "{team.id}:{id}", or a list of them',
);
const seconds = v.pipe(v.number('expected seconds'), v.integer(), v.minValue(1));
const date = v.pipe(text, v.isoDate('expected a date, YYYY-MM-DD'));
const absoluteUrl = v.check<string, string>(
  (value) => URL.canParse(sampleOf(value)),
  'expected an absolute URL',
);
const bareUrl = v.check<string, string>((value) => {
  const parsed = URL.parse(sampleOf(value));
  return parsed === null || (parsed.username === '' && parsed.password === '' && !parsed.hash);
}, 'expected a URL without credentials and fragment');
const url = v.pipe(text, absoluteUrl, bareUrl);
const page = v.pipe(url, v.startsWith('https:', 'expected an https URL'));
const successTest = v.strictObject({
  path,
  equals: v.union([v.string(), v.number(), v.boolean()]),
});
const CLIENT_AUTHENTICATIONS = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_as_user',
  'none',
] as const;
const clientAuthentication = v.picklist(
  CLIENT_AUTHENTICATIONS,
  'expected "client_secret_basic", "client_secret_post", "client_secret_as_user" or "none"',
);
const jsonText = v.pipe(
  text,
  v.check((value) => {
    try {
      return JSON.parse(value) instanceof Object;
    } catch {
      return false;
    }
  }, 'expected the text of a JSON object'),
);
const token = v.pipe(text, v.regex(/^[\w-]+$/, 'expected a name of letters, digits, "-" and "_"'));
const tokenPlace = v.union(
  [token, v.strictObject({ header: token }), v.strictObject({ parameter: token })],
  'expected a scheme such as "Bearer", {"header": "x-token"} or {"parameter": "access_token"}',
);
const tokenExchange = v.strictObject({
  url,
  method: v.optional(v.picklist(['GET', 'POST'], 'expected "GET" or "POST"')),
  parameters: v.optional(textRecord),
  tokenParameter: text,
  clientId: v.optional(v.boolean('expected true or false')),
  clientSecret: v.optional(v.boolean('expected true or false')),
});
const wholeOrPath = v.union([v.literal(''), path], 'expected a path or ""');
const bodyPath = v.optional(
  v.union([wholeOrPath, v.array(wholeOrPath)], 'expected a path, "", or a list of them'),
);
const hook = v.optional(v.function('expected a function'));

/** Every field of a `ProviderEntry`; all may be left out but `id`. */
export const providerEntrySchema = v.strictObject({
  id: v.pipe(
    v.string('expected an id'),
    v.regex(PROVIDER_ID, 'expected lower-case letters, digits and dashes'),
  ),
  extends: v.optional(text),
  name: v.optional(text),
  issuer: v.optional(url),
  authorizationUrl: v.optional(url),
  tokenUrl: v.optional(url),
  refreshUrl: v.optional(url),
  exchange: v.optional(tokenExchange),
  refreshExchange: v.optional(tokenExchange),
  userInfoUrl: v.optional(url),
  revocationUrl: v.optional(url),
  jwksUrl: v.optional(url),
  values: v.optional(values),
  kept: v.optional(v.array(keptValue, 'expected a list of values')),
  scopes: v.optional(texts),
  scopeParameter: v.optional(text),
  scopeSeparator: v.optional(v.picklist([' ', ',', '+'], 'expected " ", "," or "+"')),
  scopeDescriptions: v.optional(textRecord),
  pkce: v.optional(
    v.union([v.picklist(['S256', 'plain']), v.literal(false)], 'expected "S256", "plain" or false'),
  ),
  pkceRequired: v.optional(v.boolean('expected true or false')),
  issParameter: v.optional(v.boolean('expected true or false')),
  clientAuthentication: v.optional(clientAuthentication),
  clientIdParameter: v.optional(text),
  tokenRequestFormat: v.optional(v.picklist(['form', 'json'], 'expected "form" or "json"')),
  responseMode: v.optional(v.picklist(['query', 'form_post'], 'expected "query" or "form_post"')),
  authorizationParameters: v.optional(parameters),
  tokenParameters: v.optional(parameters),
  refreshParameters: v.optional(parameters),
  headers: v.optional(textRecord),
  tokenResponse: v.optional(
    v.strictObject({
      path: bodyPath,
      refreshPath: bodyPath,
      members: v.optional(v.strictObject(v.entriesFromList(TOKEN_MEMBERS, v.optional(path)))),
      success: v.optional(successTest),
      scopeSeparator: v.optional(text),
      scopePrefix: v.optional(text),
      scopeNames: v.optional(textRecord),
      errors: v.optional(
        v.record(
          text,
          v.picklist(
            ['invalid_grant', 'invalid_client', 'temporarily_unavailable'],
            'expected "invalid_grant", "invalid_client" or "temporarily_unavailable"',
          ),
        ),
      ),
    }),
  ),
  grantedScopesParameter: v.optional(text),
  idTokenIssuer: v.optional(
    v.pipe(
      text,
      v.regex(
        /^https:\/\/[\w.-]+\/([\w./-]|\{\w+\})*$/,
        'expected an https URL, with claims in braces in its path',
      ),
    ),
  ),
  idToken: v.optional(
    v.picklist(
      ['required', 'without_nonce', 'ignored'],
      'expected "required", "without_nonce" or "ignored"',
    ),
  ),
  userInfoFrom: v.optional(
    v.picklist(
      ['user_info', 'id_token', 'token_response'],
      'expected "user_info", "id_token" or "token_response"',
    ),
  ),
  userInfoMethod: v.optional(v.picklist(['GET', 'POST'], 'expected "GET" or "POST"')),
  userInfoBody: v.optional(jsonText),
  userInfoParameters: v.optional(textRecord),
  userInfoClientAuthentication: v.optional(
    v.picklist(['client_secret_post', 'none'], 'expected "client_secret_post" or "none"'),
  ),
  userInfoAuthorization: v.optional(tokenPlace),
  userInfoSuccess: v.optional(successTest),
  account: v.optional(pathsInOrder),
  accountName: v.optional(pathsInOrder),
  accountEmail: v.optional(paths),
  accountPicture: v.optional(paths),
  refresh: v.optional(v.boolean('expected true or false')),
  accessTokenLifetime: v.optional(seconds),
  rotation: v.optional(
    v.picklist(['none', 'rotates', 'single_use'], 'expected "none", "rotates" or "single_use"'),
  ),
  refreshGraceSeconds: v.optional(seconds),
  refreshTokenIdleLifetime: v.optional(seconds),
  refreshTokenLifetime: v.optional(seconds),
  refreshesPerMinute: v.optional(
    v.pipe(
      v.number('expected a whole number of refreshes, at least 1'),
      v.integer('expected a whole number of refreshes, at least 1'),
      v.minValue(1, 'expected a whole number of refreshes, at least 1'),
    ),
  ),
  refreshRedirectUri: v.optional(v.boolean('expected true or false')),
  consentLifetime: v.optional(seconds),
  revocationRequest: v.optional(
    v.strictObject({
      method: v.optional(v.picklist(['POST', 'DELETE', 'GET'])),
      format: v.optional(
        v.picklist(['form', 'json', 'query'], 'expected "form", "json" or "query"'),
      ),
      tokenParameter: v.optional(
        v.nullable(
          v.union(
            [text, v.strictObject({ refresh_token: text, access_token: text })],
            'expected a name, null, or {"refresh_token", "access_token"}',
          ),
        ),
      ),
      token: v.optional(v.picklist(['refresh_token', 'access_token', 'each'])),
      authentication: v.optional(v.nullable(v.picklist([...CLIENT_AUTHENTICATIONS, 'bearer']))),
      success: v.optional(successTest),
      hint: v.optional(v.boolean('expected true or false')),
      refreshFirst: v.optional(v.boolean('expected true or false')),
      alreadyRevoked: v.optional(
        v.array(
          v.union([text, v.number()], 'expected an error code or an HTTP status'),
          'expected a list of error codes and HTTP statuses',
        ),
      ),
    }),
  ),
  revocationScope: v.optional(v.picklist(['token', 'grant'], 'expected "token" or "grant"')),
  clientFields: v.optional(textRecord),
  registration: v.optional(
    v.strictObject({
      url: page,
      redirectUriField: text,
      clientIdField: text,
      clientSecretField: text,
      steps: v.optional(texts),
    }),
  ),
  notes: v.optional(text),
  source: v.optional(page),
  checked: v.optional(date),
  hooks: v.optional(v.strictObject({ clientSecret: hook, userInfo: hook, verifyCallback: hook })),
});
