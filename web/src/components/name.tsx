/** A file's name on one line. Where it is too long the end stays, since it tells such names apart. */
export function Name({ of: name }: { of: string }) {
  const tail = name.length > 24 ? 9 : 0;
  return (
    <span class="name" title={name}>
      <span class="name-start">{tail ? name.slice(0, -tail) : name}</span>
      {tail > 0 && <span>{name.slice(-tail)}</span>}
    </span>
  );
}
