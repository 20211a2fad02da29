// Whether a key is meant for a field, and not for the page.

export function isTyping(event) {
  return event.isComposing || event.target.closest("input, textarea, select, [contenteditable]") !== null;
}
