import { isIPv6 } from 'node:net';

/** Whoever is given one IPv6 address is given the 2^64 that begin alike; an IPv4 address stands for itself. */
export function networkOf(address: string): string {
  // Some proxies tell the port, too.
  const withPort = /^(?:\[(?<v6>[^\]]+)\](?::\d+)?|(?<v4>[\d.]+):\d+)$/.exec(address)?.groups;
  if (withPort) return networkOf((withPort['v6'] ?? withPort['v4'])!);
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head, tail] = address.split('::') as [string, string?];
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const left = Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(left).fill('0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/** An IPv4 address at the end is two of them. */
function groupsOf(part: string): string[] {
  return part === '' ? [] : part.split(':').flatMap((group) => (group.includes('.') ? ['0', '0'] : [group]));
}
