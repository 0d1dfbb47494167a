import { Button, Select, Tooltip } from '@mantine/core';
import {
  Members,
  type MembersQuery,
  RemoveMember,
  type Role,
  SetMember,
  useApiMutation,
  useApiQuery,
} from '@heddle/studio-data';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { confirmDestructive, notifyError } from '../../components/confirm.js';
import { QueryGate } from '../../components/QueryGate.js';
import { SectionHeader } from '../../components/SectionHeader.js';
import { useText } from '../../i18n/index.js';
import { useCan, useMe, useNamespace } from '../../session.js';
import { AddMemberDialog } from './AddMemberDialog.js';
import { ROLES } from './roles.js';

type MemberRowData = MembersQuery['members'][number];

function MemberRow({ member }: { member: MemberRowData }) {
  const t = useText();
  const namespace = useNamespace();
  const isAdmin = useCan('ADMIN');
  const isSelf = useMe().data?.me?.id === member.userId;
  const set = useApiMutation(SetMember, [Members]);
  const remove = useApiMutation(RemoveMember, [Members]);
  const ask = (): void =>
    confirmDestructive({
      title: t('members.removeTitle', { email: member.email }),
      body: t('members.removeBody'),
      confirm: t('members.remove'),
      onConfirm: () =>
        remove.mutate({ namespace, userId: member.userId }, { onError: notifyError }),
    });
  return (
    <tr>
      <td>{member.email}</td>
      <td>{member.name}</td>
      <td>
        <Tooltip label={t(`role.${member.role}.hint`)}>
          <Select
            w={150}
            aria-label={`${t('members.role')}: ${member.email}`}
            allowDeselect={false}
            disabled={!isAdmin || isSelf || set.isPending}
            data={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
            value={member.role}
            onChange={(role) =>
              role &&
              set.mutate(
                { namespace, email: member.email, role: role as Role },
                { onError: notifyError },
              )
            }
          />
        </Tooltip>
      </td>
      <td style={{ textAlign: 'right' }}>
        {isAdmin && !isSelf ? (
          <Button size="compact-xs" variant="subtle" color="red" onClick={ask}>
            {t('members.remove')}
          </Button>
        ) : null}
      </td>
    </tr>
  );
}

/** People of the namespace and their roles. */
export function MembersSection() {
  const t = useText();
  const namespace = useNamespace();
  const isAdmin = useCan('ADMIN');
  const members = useApiQuery(Members, { namespace });
  const [isAdding, setAdding] = useState(false);
  const add = isAdmin ? (
    <Button leftSection={<UserPlus size={14} />} onClick={() => setAdding(true)}>
      {t('members.add')}
    </Button>
  ) : null;
  return (
    <section>
      <SectionHeader title={t('settings.members')} hint={t('members.hint')} action={add} />
      <QueryGate query={members}>
        {(data) => (
          <div className="h-card">
            <table className="h-table">
              <thead>
                <tr>
                  <th>{t('members.email')}</th>
                  <th>{t('members.name')}</th>
                  <th>{t('members.role')}</th>
                  <th aria-label={t('action.more')} />
                </tr>
              </thead>
              <tbody>
                {data.members.map((member) => (
                  <MemberRow key={member.userId} member={member} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </QueryGate>
      <AddMemberDialog isOpen={isAdding} onClose={() => setAdding(false)} />
    </section>
  );
}
