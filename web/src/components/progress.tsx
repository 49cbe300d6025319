interface Props {
  label: string;
  /** From 0 to 1. */
  value: number;
  state?: 'active' | 'paused' | 'failed';
}

export function Progress({ label, value, state = 'active' }: Props) {
  const percent = Math.floor(value * 100);
  return (
    <div class={`progress ${state}`} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
      <span style={{ width: `${value * 100}%` }} />
    </div>
  );
}
