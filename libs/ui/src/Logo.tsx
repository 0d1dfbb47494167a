/** Heddle's mark: three warp threads, one lifted by a weft that passes over, under, over. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden>
      <g stroke="currentColor" strokeWidth="2.4" strokeLinecap="round">
        <path d="M5 3v6.2M5 14.8V21" />
        <path d="M12 3v18" opacity="0.55" />
        <path d="M19 3v6.2M19 14.8V21" />
      </g>
      <path
        d="M2 12h7.4M14.6 12H22"
        stroke="var(--h-accent)"
        strokeWidth="2.8"
        strokeLinecap="round"
      />
    </svg>
  );
}

/** The mark with the name beside it. */
export function Wordmark({ size = 22 }: { size?: number }) {
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 8 }}>
      <Logo size={size} />
      <span style={{ fontWeight: 650, fontSize: size * 0.73, letterSpacing: '-0.01em' }}>
        Heddle
      </span>
    </span>
  );
}
