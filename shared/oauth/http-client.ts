import { lookup as resolveHost } from 'node:dns';
import { request as httpRequest, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { isLoopbackAddress, isLoopbackUrl, isPublicAddress, literalAddress } from '../address.ts';
import { InvalidProviderResponse, ProviderUnavailable } from '../errors.ts';
import type { HttpClient, HttpResponse } from '../ports.ts';

export interface HttpLimits {
  /** From the first byte sent to the last one read. */
  deadlineMilliseconds: number;
  bodyBytes: number;
}

export const defaultLimits: HttpLimits = { deadlineMilliseconds: 8_000, bodyBytes: 512 * 1024 };

class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
}

/**
 * The one way to a provider: https to a public address only (and, with `allowLoopback`, http to this
 * machine), no redirects, no compression, a deadline and a cap on the whole answer.
 * The address that was checked is the address that is connected to, since the check stands in the
 * connection's own look-up. Throws `ProviderUnavailable` or `InvalidProviderResponse`.
 */
export function makeHttpClient(
  allowLoopback: boolean,
  limits: HttpLimits = defaultLimits,
): HttpClient {
  const mayConnect = (address: string) =>
    isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address));

  const lookup: LookupFunction = (hostname, options, callback) => {
    resolveHost(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, '', 0);
      const refused = addresses.find(({ address }) => !mayConnect(address));
      const first = addresses[0];
      if (refused !== undefined || first === undefined) {
        return callback(
          new AddressRefused(`${hostname} is at an address that is not public`),
          '',
          0,
        );
      }
      if (options.all) return callback(null, addresses);
      callback(null, first.address, first.family);
    });
  };

  return (request) => {
    const url = URL.parse(request.url);
    if (url === null || /[{}]|%7b/i.test(url.pathname)) {
      return Promise.reject(
        new InvalidProviderResponse(`${request.method}: a value in the address is not known`),
      );
    }
    const what = `${request.method} ${url.origin}${url.pathname}`;
    const literal = literalAddress(url.hostname);
    if (
      (url.protocol !== 'https:' &&
        !(url.protocol === 'http:' && allowLoopback && isLoopbackUrl(url))) ||
      (literal !== undefined && !mayConnect(literal))
    ) {
      return Promise.reject(
        new InvalidProviderResponse(`${what}: only https to a public address is allowed`),
      );
    }
    const milliseconds = Math.min(
      limits.deadlineMilliseconds,
      request.deadlineMilliseconds ?? limits.deadlineMilliseconds,
    );
    const options: RequestOptions = {
      method: request.method,
      lookup,
      // A kept connection may have ended while the function was frozen, and a code sent into it is lost.
      agent: false,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'oauth2-token-capture',
        ...request.headers,
        ...(request.body !== undefined && {
          'content-length': String(Buffer.byteLength(request.body)),
        }),
      },
    };

    return new Promise<HttpResponse>((resolve, reject) => {
      const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const outgoing = send(url, options, (incoming) => {
        const chunks: Buffer[] = [];
        let size = 0;
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size <= limits.bodyBytes) chunks.push(chunk);
          else fail(new InvalidProviderResponse(`${what}: answer over ${limits.bodyBytes} bytes`));
        });
        incoming.on('error', (error) => fail(unreachable(error)));
        incoming.on('aborted', () => fail(new ProviderUnavailable(`${what}: answer cut short`)));
        incoming.on('end', () => {
          clearTimeout(deadline);
          resolve({
            status: incoming.statusCode ?? 0,
            headers: flatten(incoming.headers),
            body: Buffer.concat(chunks).toString('utf8'),
          });
        });
      });
      const fail = (error: Error) => {
        clearTimeout(deadline);
        reject(error);
        outgoing.destroy();
      };
      const unreachable = (error: Error & { code?: string }) =>
        error instanceof AddressRefused
          ? new InvalidProviderResponse(`${what}: ${error.message}`)
          : new ProviderUnavailable(`${what}: not reached (${error.code ?? error.name})`);
      const deadline = setTimeout(
        () => fail(new ProviderUnavailable(`${what}: no answer within ${milliseconds} ms`)),
        milliseconds,
      );
      outgoing.on('error', (error) => fail(unreachable(error)));
      outgoing.end(request.body);
    });
  };
}

function flatten(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}
