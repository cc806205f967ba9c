/** When the first frame of this page is on the screen; at once where nobody sees the window. */
export const painted: Promise<void> = document.hidden
  ? Promise.resolve()
  : new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));
