import { PasswordForm } from '../../components/PasswordForm.js';
import { SectionHeader } from '../../components/SectionHeader.js';
import { useText } from '../../i18n/index.js';
import { useMe } from '../../session.js';

/** The caller's own e-mail and password. */
export function ProfileSection() {
  const t = useText();
  const me = useMe().data?.me;
  if (!me) return null;
  return (
    <section>
      <SectionHeader title={t('settings.profile')} hint={t('profile.hint', { email: me.email })} />
      <PasswordForm needsCurrent={me.hasPassword} />
    </section>
  );
}
