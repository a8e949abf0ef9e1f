import type { Link } from './device.js';

/** What a transfer costs. */
export interface TransferLink {
  /** Paid once as soon as anything travels: round trip, and what surrounds the request and its answer. */
  fixedSeconds: number;
  secondsPerByteUp: number;
  secondsPerByteDown: number;
}

/**
 * The cost of a transfer over a link: rtt + bytes * 8 / rate, with the headers of a message either way, and bytes inflated by the
 * headers of their packets. 1 Mbps is 10^6 bit/s.
 */
export function transferLink(preset: Link): TransferLink {
  const { uplink, downlink, rtt, messageOverhead, mtu, packetOverhead = 0 } = preset;
  const inflation = mtu === undefined ? 1 : mtu / (mtu - packetOverhead);
  const secondsPerByteUp = (8 * inflation) / uplink;
  const secondsPerByteDown = (8 * inflation) / downlink;
  return { fixedSeconds: rtt + messageOverhead * (secondsPerByteUp + secondsPerByteDown), secondsPerByteUp, secondsPerByteDown };
}

/** Seconds to send `up` bytes and get `down` bytes back; 0 where nothing travels. */
export function transferSeconds(link: TransferLink, up: number, down = 0): number {
  if (up === 0 && down === 0) return 0;
  return link.fixedSeconds + up * link.secondsPerByteUp + down * link.secondsPerByteDown;
}
