/** A file name on one line. Truncates in the middle, because the end often distinguishes similar names. */
export function FileName({ of: name }: { of: string }) {
  const tail = name.length > 24 ? 9 : 0;
  return (
    <span class="name" title={name}>
      <span class="name-start">{tail ? name.slice(0, -tail) : name}</span>
      {tail > 0 && <span>{name.slice(-tail)}</span>}
    </span>
  );
}
