import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { buildConnector } from 'undici';

/** Ranges that a server must not be talked into calling: itself, its network, its cloud's metadata. @see RFC 6890 */
const RESERVED: readonly [string, number, 'ipv4' | 'ipv6'][] = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 127, 'ipv6'],
  ['64:ff9b::', 96, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
];

/** The endpoint is not one that this server may call. */
export class AddressRefusedError extends Error {
  constructor(host: string, address: string) {
    super(
      `${host} is the private address ${address}, which this server may not call. An administrator can allow it with HTTP_ALLOW=${host}.`,
    );
    this.name = 'AddressRefusedError';
  }
}

/** Decides which addresses may be called: public ones, and those that the administrator allowed by `host` or `host:port`. */
export class AddressGuard {
  readonly #reserved = new BlockList();
  readonly #allowed: ReadonlySet<string>;

  constructor(allowed: readonly string[]) {
    this.#allowed = new Set(allowed.map((host) => host.toLowerCase()));
    for (const range of RESERVED) this.#reserved.addSubnet(...range);
  }

  isAllowed(host: string, port: string, address: string): boolean {
    const name = host.toLowerCase();
    if (this.#allowed.has(name) || this.#allowed.has(`${name}:${port}`)) return true;
    // An IPv4 address written as IPv6 is the IPv4 address.
    const plain = address.toLowerCase().replace(/^::ffff:(?=\d+\.)/, '');
    const family = isIP(plain);
    return family !== 0 && !this.#reserved.check(plain, family === 6 ? 'ipv6' : 'ipv4');
  }

  /**
   * Opens connections only to addresses that are allowed. The check is made on the address that is really connected to, so
   * a name that resolves differently the second time gains nothing.
   */
  connector(): buildConnector.connector {
    return (options, callback) => {
      const { hostname, port } = options;
      const host = hostname.replace(/^\[|\]$/g, '');
      const effectivePort = port || (options.protocol === 'https:' ? '443' : '80');
      if (isIP(host) !== 0 && !this.isAllowed(host, effectivePort, host))
        return callback(new AddressRefusedError(host, host), null);
      const lookup: typeof dnsLookup = ((
        name: string,
        lookupOptions: object,
        done: LookupCallback,
      ) =>
        dnsLookup(name, { ...lookupOptions, all: true }, (error, addresses: LookupAddress[]) => {
          if (error) return done(error, []);
          const bad = addresses.find(
            ({ address }) => !this.isAllowed(host, effectivePort, address),
          );
          if (bad) return done(new AddressRefusedError(host, bad.address), []);
          if ((lookupOptions as { all?: boolean }).all) return done(null, addresses);
          return done(null, addresses[0]!.address, addresses[0]!.family);
        })) as typeof dnsLookup;
      return buildConnector({ lookup, timeout: 10_000 })(options, callback);
    };
  }
}

type LookupCallback = (
  error: Error | null,
  address: LookupAddress[] | string,
  family?: number,
) => void;
