export function Avatar({ name, online, small = false }: { name: string; online?: boolean; small?: boolean }) {
  return (
    <span class={small ? 'avatar small' : 'avatar'} aria-hidden="true">
      {name.slice(0, 2)}
      {online !== undefined && <span class={online ? 'dot on' : 'dot'} />}
    </span>
  );
}
