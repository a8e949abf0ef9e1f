import type { LinkPreset, PresetCommon, Spread } from './preset.js';
import { allSi, si, type Written } from './si.js';

interface WrittenSpread {
  p5: Written;
  p95: Written;
}

/** A link as a preset or the config states it, after validation. */
export interface WrittenLink extends Partial<PresetCommon> {
  uplink: Written;
  downlink?: Written;
  rtt?: Written;
  messageOverhead?: Written;
  mtu?: Written;
  packetOverhead?: Written;
  distribution?: Partial<Record<'uplink' | 'downlink' | 'rtt', WrittenSpread>>;
  loss?: Written;
  dutyCycle?: Written;
  connectionInterval?: Written;
  packetsPerInterval?: number;
  energy?: { transmit?: Written; receive?: Written };
  price?: Written;
}

/** A link in SI units. A missing downlink equals the uplink, including its distribution. */
export function toLink(written: WrittenLink, common: PresetCommon): LinkPreset {
  const {
    uplink,
    downlink = uplink,
    rtt = '0 s',
    messageOverhead = '0 B',
    mtu,
    packetOverhead,
    packetsPerInterval,
  } = written;
  const { distribution, loss, dutyCycle, connectionInterval, energy, price } = written;
  return {
    ...common,
    uplink: si(uplink, 'bitsPerSecond'),
    downlink: si(downlink, 'bitsPerSecond'),
    rtt: si(rtt, 'seconds'),
    messageOverhead: si(messageOverhead, 'bytes'),
    ...(mtu !== undefined && { mtu: si(mtu, 'bytes') }),
    ...(packetOverhead !== undefined && { packetOverhead: si(packetOverhead, 'bytes') }),
    ...(distribution && { distribution: toDistribution(distribution, written.downlink !== undefined) }),
    ...(loss !== undefined && { loss: si(loss, 'ratio') }),
    ...(dutyCycle !== undefined && { dutyCycle: si(dutyCycle, 'ratio') }),
    ...(connectionInterval !== undefined && { connectionInterval: si(connectionInterval, 'seconds') }),
    ...(packetsPerInterval !== undefined && { packetsPerInterval }),
    ...(energy && { energy: allSi(energy, 'joulesPerByte') }),
    ...(price !== undefined && { price: si(price, 'dollarsPerByte') }),
  };
}

function toDistribution(
  { uplink, downlink, rtt }: NonNullable<WrittenLink['distribution']>,
  hasDownlink: boolean,
): NonNullable<LinkPreset['distribution']> {
  const rates = ({ p5, p95 }: WrittenSpread): Spread => allSi({ p5, p95 }, 'bitsPerSecond');
  const down = downlink ?? (hasDownlink ? undefined : uplink);
  return {
    ...(uplink && { uplink: rates(uplink) }),
    ...(down && { downlink: rates(down) }),
    ...(rtt && { rtt: allSi({ p5: rtt.p5, p95: rtt.p95 }, 'seconds') }),
  };
}
