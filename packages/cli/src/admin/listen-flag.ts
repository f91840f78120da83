import { InvalidArgumentError } from 'commander';
import { parseHostAndPort } from '@diemnet/builder';

/** Checks the value of `--admin <host:port>`. */
export function hostAndPort(text: string): string {
  if (parseHostAndPort(text) !== undefined) return text;
  throw new InvalidArgumentError('expected a host and a TCP port, such as 127.0.0.1:9101.');
}
