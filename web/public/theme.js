// Before anything is painted: whoever chose dark or light sees no flash of the other. (state/preferences.ts keeps the choice.)
const chosen = localStorage.getItem('theme');
if (chosen) document.documentElement.dataset.theme = chosen;
