import type { TransferLink } from '../../src/cost/link.js';

/** Seconds to send `up` bytes and get `down` bytes back; 0 where nothing travels. */
export function transferSeconds(link: TransferLink, up: number, down = 0): number {
  if (up === 0 && down === 0) return 0;
  return link.fixedSeconds + up * link.secondsPerByteUp + down * link.secondsPerByteDown;
}
