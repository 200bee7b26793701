//! A small catalogue of electrical goods, and baskets of purchases drawn from it.

use crate::amount::Paise;

/// A product for sale.
#[derive(Debug)]
pub(crate) struct Product {
    pub(crate) name: &'static str,
    /// Price of one piece, before tax.
    pub(crate) price: Paise,
}

/// A number of pieces of one product.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) product: &'static Product,
    pub(crate) quantity: u64,
}

impl Line {
    /// Returns the amount before tax.
    pub(crate) fn amount(&self) -> Paise {
        self.product.price * self.quantity
    }
}

const fn product(name: &'static str, rupees: u64, paise: u64) -> Product {
    Product { name, price: Paise(rupees * 100 + paise) }
}

const CATALOGUE: [Product; 12] = [
    product("LED bulb 9 W", 95, 0),
    product("Ceiling fan 1200 mm", 1_849, 0),
    product("Switch board", 312, 50),
    product("Copper cable 1.5 sq mm, 90 m", 1_725, 0),
    product("LED tube light 20 W", 234, 75),
    product("MCB 16 A, single pole", 148, 90),
    product("Distribution box, 8-way", 1_120, 0),
    product("Emergency lamp", 685, 0),
    product("Exhaust fan 250 mm", 1_299, 0),
    product("Socket 6 A, 5-pin", 64, 35),
    product("Panel light 15 W, square", 399, 0),
    product("Doorbell", 275, 0),
];

const QUANTITIES: [u64; 9] = [5, 20, 12, 50, 2, 100, 8, 30, 4];

/// Returns one to four different products; the same `seed` always gives the same basket.
pub(crate) fn basket(seed: usize) -> Vec<Line> {
    (0..=seed % 4)
        .map(|line| Line {
            product: &CATALOGUE[(seed * 5 + line * 3) % CATALOGUE.len()],
            quantity: QUANTITIES[(seed * 2 + line * 5) % QUANTITIES.len()],
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_basket_names_a_product_twice() {
        for seed in 0..60 {
            let lines = basket(seed);
            let names: BTreeSet<_> = lines.iter().map(|line| line.product.name).collect();
            assert_eq!(names.len(), lines.len(), "basket {seed}");
        }
    }
}
