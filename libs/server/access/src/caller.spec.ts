import { describe, expect, it } from 'vitest';
import { ROLES, type RoleName } from '@heddle/store';
import { Caller, type Identity } from './caller.js';
import { PERMISSIONS, type Permission } from './permissions.js';

function identity(role: RoleName): Identity {
  return {
    userId: '1',
    email: 'ana@example.com',
    name: 'Ana',
    hasPassword: true,
    via: 'session',
    sessionHash: 'x',
    isSessionFromLink: false,
    roles: [{ id: '7', name: 'demo', title: 'Demo', role }],
  };
}

describe('Caller', () => {
  const permissions = Object.keys(PERMISSIONS) as Permission[];

  it.each(permissions)('%s is for its role and those above, and nobody else', (permission) => {
    const needed = ROLES.indexOf(PERMISSIONS[permission]);
    for (const [rank, role] of ROLES.entries()) {
      const caller = new Caller(permission, identity(role));
      const check = (): unknown => caller.inNamed('demo');
      if (rank >= needed) expect(check).not.toThrow();
      else expect(check).toThrow(/This needs the role/);
    }
  });

  it('P7: a foreign namespace does not exist, by name and by what lies in it', () => {
    const caller = new Caller('run:read', identity('ADMIN'));
    expect(() => caller.inNamed('other')).toThrow(/There is no namespace other/);
    expect(() => caller.in('8', { kind: 'run', id: '5' })).toThrow(/There is no run 5/);
  });

  it('knows whether a namespace was checked', () => {
    const caller = new Caller('run:read', identity('VIEWER'));
    expect(caller.isChecked).toBe(false);
    caller.inNamed('demo');
    expect(caller.isChecked).toBe(true);
  });

  it('refuses whoever is not signed in', () => {
    expect(() => new Caller('public', null).known).toThrow(/Sign in/);
  });
});
