/** Joins class names; anything that is not a text is left out. */
export const css = (...names: (string | false | null | undefined)[]): string =>
  names.filter(Boolean).join(" ");
