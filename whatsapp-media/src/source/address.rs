//! Public addresses: the only ones that a stranger's link may lead to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};

/// Addresses of IPv4 that are not public: the special-purpose blocks of RFC 6890 and its updates.
pub(super) const NOT_PUBLIC_V4: [Ipv4Net; 16] = [
    v4([0, 0, 0, 0], 8),        // this network
    v4([10, 0, 0, 0], 8),       // private
    v4([100, 64, 0, 0], 10),    // shared by carriers, and some clouds' metadata
    v4([127, 0, 0, 0], 8),      // this machine
    v4([168, 63, 129, 16], 32), // answers about Azure's machines from inside of them
    v4([169, 254, 0, 0], 16),   // link-local, and most clouds' metadata
    v4([172, 16, 0, 0], 12),    // private
    v4([192, 0, 0, 0], 24),     // protocol assignments
    v4([192, 0, 2, 0], 24),     // documentation
    v4([192, 88, 99, 0], 24),   // 6to4 relays
    v4([192, 168, 0, 0], 16),   // private
    v4([198, 18, 0, 0], 15),    // benchmarks
    v4([198, 51, 100, 0], 24),  // documentation
    v4([203, 0, 113, 0], 24),   // documentation
    v4([224, 0, 0, 0], 4),      // multicast
    v4([240, 0, 0, 0], 4),      // reserved, and broadcast
];

/// The one block of IPv6 from which public addresses are assigned. All forms of an IPv4 address
/// (mapped, compatible, translated) are outside of it, except 6to4 and Teredo.
pub(super) const GIVEN_OUT_V6: Ipv6Net = v6([0x2000, 0], 3);

/// Addresses within [`GIVEN_OUT_V6`] that are not public.
pub(super) const NOT_PUBLIC_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0], 23),      // protocol assignments, Teredo among them
    v6([0x2001, 0x0db8], 32), // documentation
    v6([0x2002, 0], 16),      // 6to4
    v6([0x3fff, 0], 20),      // documentation
];

const fn v4([a, b, c, d]: [u8; 4], prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6([a, b]: [u16; 2], prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), prefix)
}

/// Returns true for an address of the public internet.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC_V4.iter().any(|block| block.contains(&address)),
        IpAddr::V6(address) => {
            GIVEN_OUT_V6.contains(&address)
                && !NOT_PUBLIC_V6.iter().any(|block| block.contains(&address))
        }
    }
}

/// Returns true if all addresses are public.
pub(super) fn all_public(addresses: &[IpAddr]) -> bool {
    addresses.iter().copied().all(is_public)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(address: impl Into<IpAddr>) -> bool {
        is_public(address.into())
    }

    #[test]
    fn each_block_ends_where_it_should() {
        for block in NOT_PUBLIC_V4 {
            let (first, last) = (block.network(), block.broadcast());
            assert!(!public(first) && !public(last), "{block}");
            let before = first.to_bits().checked_sub(1).map(Ipv4Addr::from_bits);
            let after = last.to_bits().checked_add(1).map(Ipv4Addr::from_bits);
            // Multicast and the reserved block follow one another.
            for beside in [before, after].into_iter().flatten().filter(|a| a.octets()[0] < 223) {
                assert!(public(beside), "{beside} beside {block}");
            }
        }
        assert!(public(Ipv4Addr::new(223, 255, 255, 255)));
        for block in NOT_PUBLIC_V6 {
            let (first, last) = (block.network(), block.broadcast());
            assert!(!public(first) && !public(last), "{block}");
            let before = Ipv6Addr::from_bits(first.to_bits() - 1);
            let after = Ipv6Addr::from_bits(last.to_bits() + 1);
            assert!(public(before), "{before} before {block}");
            assert!(public(after), "{after} after {block}");
        }
        let (first, last) = (GIVEN_OUT_V6.network(), GIVEN_OUT_V6.broadcast());
        assert!(public(first));
        assert!(!public(Ipv6Addr::from_bits(first.to_bits() - 1)));
        assert!(!public(Ipv6Addr::from_bits(last.to_bits() + 1)));
    }

    /// Addresses in blocks that are not public: their first and last ones, and famous ones.
    const PRIVATE: [&str; 56] = [
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.0",
        "127.255.255.255",
        "168.63.129.16",
        "169.254.0.0",
        "169.254.169.254",
        "169.254.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.0",
        "192.0.0.255",
        "192.0.2.0",
        "192.0.2.255",
        "192.88.99.0",
        "192.88.99.255",
        "192.168.0.0",
        "192.168.255.255",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.0",
        "198.51.100.255",
        "203.0.113.0",
        "203.0.113.255",
        "224.0.0.0",
        "239.255.255.255",
        "240.0.0.0",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::",
        "2001::1",
        "2001:1ff:ffff::",
        "2001:db8::",
        "2001:db8:ffff::1",
        "2002::",
        "2002:7f00:1::",
        "3fff::",
        "3fff:fff:ffff::",
        "5f00::1",
        "fc00::",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ];

    /// Public addresses, right beside those blocks.
    const PUBLIC: [&str; 29] = [
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "168.63.129.17",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.0.3.0",
        "192.88.98.0",
        "192.88.100.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2000::",
        "2001:200::1",
        "2001:db7:ffff::",
        "2001:db9::",
        "2003::",
        "2606:4700::1",
        "3fff:1000::",
    ];

    #[test]
    fn the_blocks_are_these() {
        for address in PRIVATE {
            assert!(!public(address.parse::<IpAddr>().unwrap()), "{address}");
        }
        for address in PUBLIC {
            assert!(public(address.parse::<IpAddr>().unwrap()), "{address}");
        }
    }
}
