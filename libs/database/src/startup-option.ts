/** The address with one more option for the server's session (`-c name=value`), behind those that it has. */
export function withStartupOption(url: string, option: string): string {
  const address = new URL(url);
  const options = [address.searchParams.get('options'), option].filter(Boolean).join(' ');
  address.searchParams.set('options', options);
  // URLSearchParams writes a space as +, which libpq would take for a plus.
  return address.href.replace(/\+/g, '%20');
}
