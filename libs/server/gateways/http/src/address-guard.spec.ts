import { describe, expect, it } from 'vitest';
import { AddressGuard } from './address-guard.js';

describe('AddressGuard', () => {
  it.each([
    '127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '0.0.0.0', '100.64.0.1', '224.0.0.1',
    '::1', '::', 'fe80::1', 'fc00::1', 'fd12::1', '::ffff:127.0.0.1', '::FFFF:10.0.0.1',
  ])('refuses the private address %s', (address) => {
    expect(new AddressGuard([]).isAllowed(address, '80', address)).toBe(false);
  }); // prettier-ignore

  it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])(
    'lets %s pass',
    (address) => {
      expect(new AddressGuard([]).isAllowed(address, '443', address)).toBe(true);
    },
  );

  it('refuses what is no address', () => {
    expect(new AddressGuard([]).isAllowed('example.com', '80', 'not an address')).toBe(false);
  });

  it('lets pass what the administrator named, on that port only when a port was named', () => {
    const guard = new AddressGuard(['127.0.0.1:8422', 'Intranet.local']);
    expect(guard.isAllowed('127.0.0.1', '8422', '127.0.0.1')).toBe(true);
    expect(guard.isAllowed('127.0.0.1', '22', '127.0.0.1')).toBe(false);
    expect(guard.isAllowed('intranet.LOCAL', '80', '10.0.0.7')).toBe(true);
  });
});
