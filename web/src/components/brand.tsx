export function Brand() {
  return (
    <span class="brand">
      <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
        <rect class="brand-ground" width="32" height="32" rx="9" />
        <path class="brand-crown" d="M6.5 23.5v-11l5.200 4.100L16 9.200l4.300 7.400 5.200-4.100v11z" />
      </svg>
      KingShare
    </span>
  );
}
