/** Of a field in which blanks alone are no answer: the browser says so beside it. */
export const notBlank = {
  pattern: '.*\\S.*',
  title: 'Something other than blanks',
} as const;
