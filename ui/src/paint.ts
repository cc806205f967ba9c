/** When what is in the page now is on the screen; at once where nobody sees the window. */
export const paint = (): Promise<void> =>
  document.hidden
    ? Promise.resolve()
    : new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())));

/** When the first frame of this page is on the screen. */
export const painted: Promise<void> = paint();
