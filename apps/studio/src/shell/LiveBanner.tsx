import { useIsLive } from '@heddle/studio-data';
import { WifiOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useText } from '../i18n/index.js';

/** A short break is nobody's business; a longer one is said. */
const QUIET_MS = 2_500;

/** Says that live updates are interrupted, once that has lasted a moment. */
export function LiveBanner() {
  const t = useText();
  const isLive = useIsLive();
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (isLive) return setShown(false);
    const timer = setTimeout(() => setShown(true), QUIET_MS);
    return () => clearTimeout(timer);
  }, [isLive]);
  if (!isShown) return null;
  return (
    <div className="h-banner" role="status">
      <WifiOff size={14} aria-hidden />
      {t('nav.offline')}
    </div>
  );
}
