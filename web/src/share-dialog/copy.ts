/**
 * Copies a text to the clipboard. Falls back to execCommand over plain HTTP, where the Clipboard API is unavailable. Returns whether it
 * succeeded.
 */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    const container = document.querySelector('dialog[open]') ?? document.body;
    const previousFocus = document.activeElement;
    container.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (previousFocus instanceof HTMLElement) previousFocus.focus();
    return done;
  }
}
