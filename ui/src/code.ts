/** A code without the spaces and dashes of a pasted one, and in the digits that the server knows. */
export function plain(typed: string): string {
  return typed
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0))
    .replace(/[\s\u200e\u200f\u2010-\u2015-]/g, '');
}
